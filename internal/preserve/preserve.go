// Package preserve writes the catalogue's records and the originals into the archive of record, the OCFL objects under
// archive/, and says what is in them. Whatever stands there can be read without this program.
//
// It must not know how bytes came in, what is derived from them, or who may see them: it keeps what the catalogue says about
// that as it keeps everything else.
package preserve
