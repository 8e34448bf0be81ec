package ingest

import (
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// JobIntake goes on with the intake that Job.Note names.
const JobIntake catalog.JobKind = "intake"

// Limits of an intake: how many files it may have, how many are told of at once, and how long a path may be, in bytes.
const (
	mostIntakeFiles = manifestRowLimit
	mostAtOnce      = 500
	pathLimit       = 4096
)

// OpenIntake begins an intake of the viewer's. Like the acts below it asks whether the viewer may: Forbidden "account-needed",
// "role-needed".
func (in *Ingest) OpenIntake(ctx context.Context, v archive.Viewer) (catalog.Intake, error) {
	if err := v.May(archive.DescribeWorks); err != nil {
		return catalog.Intake{}, err
	}
	i := catalog.Intake{ID: archive.NewID[archive.IntakeID](), Account: v.Account, Stage: catalog.IntakeGathering}
	err := in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.AddIntake(ctx, i) })
	if err != nil {
		return catalog.Intake{}, fmt.Errorf("open an intake: %w", err)
	}
	return i, nil
}

// gathering returns an intake of the viewer's to which files may be added: Conflict "intake-busy" while a job is at work, and
// "intake-over" once it is done.
func (in *Ingest) gathering(ctx context.Context, v archive.Viewer, id archive.IntakeID) (catalog.Intake, error) {
	if err := v.May(archive.DescribeWorks); err != nil {
		return catalog.Intake{}, err
	}
	i, err := in.catalog.Reader(v).Intake(ctx, id)
	switch {
	case err != nil:
		return i, err
	case i.Stage == catalog.IntakeChecking, i.Stage == catalog.IntakeTaking:
		return i, archive.Fail(archive.Conflict, "intake-busy")
	case i.Stage == catalog.IntakeTaken:
		return i, archive.Fail(archive.Conflict, "intake-over")
	}
	return i, nil
}

// AddToIntake adds whole uploads of the viewer's; what was checked before is to be checked again. The errors are those of Uploaded,
// Invalid "file-outside" for a path that leads out of its folder, "name-too-long", and TooLarge "intake-too-many".
func (in *Ingest) AddToIntake(ctx context.Context, v archive.Viewer, id archive.IntakeID, files []catalog.IntakeFile) error {
	i, err := in.gathering(ctx, v, id)
	if err != nil {
		return err
	}
	if i.Files+len(files) > mostIntakeFiles || len(files) > mostAtOnce {
		return archive.Fail(archive.TooLarge, "intake-too-many", mostIntakeFiles)
	}
	for n := range files {
		u, err := in.uploadOf(ctx, v, files[n].Upload)
		if err == nil && u.State != catalog.UploadWhole {
			err = archive.Fail(archive.Conflict, "upload-unfinished", DisplayName(u.Name))
		}
		if err != nil {
			return err
		}
		if files[n].Path, err = sentPath(files[n].Path, u.Name); err != nil {
			return err
		}
	}
	next := i
	next.Stage, next.Next = catalog.IntakeGathering, 0
	return in.changeIntake(ctx, i, next, func(ctx context.Context, tx *catalog.Tx) error { return tx.AddIntakeFiles(ctx, id, files) })
}

// sentPath is the path of a file that was sent, as a folder's walk would find it.
func sentPath(given, name string) (string, error) {
	p := NormalPath(strings.ReplaceAll(given, `\`, "/"))
	if strings.TrimSpace(given) == "" {
		p = NormalPath(name)
	}
	switch {
	case !filepath.IsLocal(p), strings.ContainsRune(p, 0):
		return "", archive.Fail(archive.Invalid, "file-outside", DisplayName(given))
	case len(p) > pathLimit:
		return "", archive.Fail(archive.Invalid, "name-too-long", DisplayName(path.Base(p)), pathLimit)
	}
	return p, nil
}

// SetManifest makes a whole upload of the viewer's the list of an intake, instead of the one it had. The encoding is recognised; what is not
// Unicode is to be confirmed before anything is read. The errors are those of Uploaded and of reading a manifest.
func (in *Ingest) SetManifest(ctx context.Context, v archive.Viewer, id archive.IntakeID, upload archive.FileID) error {
	i, err := in.gathering(ctx, v, id)
	if err != nil {
		return err
	}
	u, err := in.uploadOf(ctx, v, upload)
	if err == nil && u.State != catalog.UploadWhole {
		err = archive.Fail(archive.Conflict, "upload-unfinished", DisplayName(u.Name))
	}
	if err != nil {
		return err
	}
	content, err := in.manifestOf(ctx, upload)
	if err != nil {
		return err
	}
	found, err := encodingOf(content)
	if err != nil {
		return err
	}
	next := i
	next.Stage, next.Next, next.Manifest = catalog.IntakeGathering, 0, upload
	next.Detail = catalog.IntakeDetail{ManifestName: u.Name, Found: found, Update: i.Detail.Update, Submit: i.Detail.Submit}
	return in.changeIntake(ctx, i, next, nil)
}

// encodingOf recognises the encoding of a manifest; "" for what is Unicode without a doubt. Invalid "manifest-unreadable".
func encodingOf(content []byte) (string, error) {
	if isWorkbook(content) {
		return "", nil
	}
	_, found, err := viet.Decode(content)
	if err != nil {
		return "", archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
	}
	if found == viet.UTF8 {
		return "", nil
	}
	return found, nil
}

func (in *Ingest) manifestOf(ctx context.Context, id archive.FileID) ([]byte, error) {
	body, _, err := in.bucket.Open(ctx, StagingKey(id))
	if archive.CodeOf(err) == archive.NotFound {
		return nil, archive.Fail(archive.Gone, "upload-removed")
	}
	if err != nil {
		return nil, fmt.Errorf("read a list: %w", err)
	}
	defer func() { _ = body.Close() }() // read only: nothing can be lost by it
	return manifestBytes(body)
}

// PreviewRows is how many rows a preview shows.
const PreviewRows = 6

// PreviewManifest returns the first rows of the list of an intake as they read in an encoding. Invalid "manifest-unreadable".
func (in *Ingest) PreviewManifest(ctx context.Context, v archive.Viewer, id archive.IntakeID, encoding string) ([][]string, error) {
	i, err := in.catalog.Reader(v).Intake(ctx, id)
	if err != nil || i.Manifest == "" {
		return nil, err
	}
	content, err := in.manifestOf(ctx, i.Manifest)
	if err != nil {
		return nil, err
	}
	const enough = 64 << 10 // bytes; even, for UTF-16
	records, err := readText(ctx, content[:min(len(content), enough)], encoding)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, r := range records[:min(len(records), PreviewRows)] {
		rows = append(rows, r.cells)
	}
	return rows, nil
}

// ConfirmEncoding takes the list to be in an encoding of viet.Encodings. Invalid "encoding-unknown".
func (in *Ingest) ConfirmEncoding(ctx context.Context, v archive.Viewer, id archive.IntakeID, encoding string) error {
	i, err := in.gathering(ctx, v, id)
	if err != nil {
		return err
	}
	if _, err := viet.DecodeAs(nil, encoding); err != nil {
		return archive.Fail(archive.Invalid, "encoding-unknown").Because(err)
	}
	next := i
	next.Stage, next.Next, next.Detail.Encoding = catalog.IntakeGathering, 0, encoding
	return in.changeIntake(ctx, i, next, nil)
}

// IntakeChoice is what a person chose for all rows.
type IntakeChoice struct {
	Update bool // change what exists to what the list says
	Submit bool // hand new works to the editors at once
}

// CheckIntake has every row looked at, as if it were brought in. Conflict "manifest-encoding-open" until an encoding that is not
// Unicode was confirmed, Invalid "intake-empty" without files and list.
func (in *Ingest) CheckIntake(ctx context.Context, v archive.Viewer, id archive.IntakeID, choice IntakeChoice) error {
	i, err := in.gathering(ctx, v, id)
	switch {
	case err != nil:
		return err
	case i.Files == 0 && i.Manifest == "":
		return archive.Fail(archive.Invalid, "intake-empty")
	case i.Detail.Found != "" && i.Detail.Encoding == "":
		return archive.Fail(archive.Conflict, "manifest-encoding-open")
	}
	next := i
	next.Stage, next.Next = catalog.IntakeChecking, 0
	next.Detail.Update, next.Detail.Submit, next.Detail.Trouble = choice.Update, choice.Submit, catalog.IntakeRemark{}
	return in.changeIntake(ctx, i, next, func(ctx context.Context, tx *catalog.Tx) error { return goOn(ctx, tx, id) })
}

// TakeIntake brings in what was checked. Conflict "intake-unchecked".
func (in *Ingest) TakeIntake(ctx context.Context, v archive.Viewer, id archive.IntakeID) error {
	i, err := in.gathering(ctx, v, id)
	if err != nil {
		return err
	}
	if i.Stage != catalog.IntakeChecked || i.Detail.Trouble.Code != "" {
		return archive.Fail(archive.Conflict, "intake-unchecked")
	}
	next := i
	next.Stage, next.Next = catalog.IntakeTaking, 1
	return in.changeIntake(ctx, i, next, func(ctx context.Context, tx *catalog.Tx) error { return goOn(ctx, tx, id) })
}

// DropIntake forgets an intake and removes the files that were sent for it and belong to no work. Conflict "intake-busy".
func (in *Ingest) DropIntake(ctx context.Context, v archive.Viewer, id archive.IntakeID) error {
	i, err := in.gathering(ctx, v, id)
	if err != nil && archive.ReasonOf(err) != "intake-over" {
		return err
	}
	files, err := in.catalog.Reader(v).IntakeFiles(ctx, id)
	if err != nil {
		return err
	}
	if i.Manifest != "" {
		files = append(files, catalog.IntakeFile{Upload: i.Manifest})
	}
	for _, f := range files {
		if err := in.EndUpload(ctx, v, f.Upload); err != nil && archive.CodeOf(err) != archive.NotFound && archive.CodeOf(err) != archive.Gone {
			return fmt.Errorf("drop intake %s: %w", id, err)
		}
	}
	err = in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.DropIntake(ctx, id) })
	if err != nil {
		return fmt.Errorf("drop intake %s: %w", id, err)
	}
	return nil
}

func (in *Ingest) changeIntake(ctx context.Context, before, i catalog.Intake, also func(context.Context, *catalog.Tx) error) error {
	err := in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutIntake(ctx, before, i); err != nil || also == nil {
			return err
		}
		return also(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("change intake %s: %w", i.ID, err)
	}
	return nil
}

func goOn(ctx context.Context, tx *catalog.Tx, id archive.IntakeID) error {
	return tx.Enqueue(ctx, catalog.Job{Kind: JobIntake, Note: string(id), Unique: true})
}

// Receive whole, for browsers without scripts.

// TakeWhole takes a file that comes in one go and makes it a whole upload of the viewer's. The errors are those of Stage and BeginUpload.
func (in *Ingest) TakeWhole(ctx context.Context, v archive.Viewer, name string, r io.Reader) (archive.FileID, error) {
	if v.Account == "" {
		return "", archive.Fail(archive.Forbidden, "sign-in-needed")
	}
	s, err := in.Stage(ctx, name, r)
	if err != nil {
		return "", err
	}
	u := catalog.Upload{ID: s.ID, Account: v.Account, Name: s.Name, Size: s.Size, Received: s.Size, State: catalog.UploadWhole,
		Created: in.now().UTC(), Expires: in.now().UTC().Add(keptWhole),
		File: catalog.UploadFile{Format: s.Format, Type: s.Type, Medium: s.Medium, Problem: s.Problem, Digest: s.Digest, SHA256: s.SHA256, At: s.At,
			Scan: string(s.Scan.State), Found: s.Scan.Detail}}
	err = in.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.AddUpload(ctx, u) })
	if err != nil {
		in.discard(ctx, []EntryFile{{Staged: s}})
		return "", fmt.Errorf("take a file: %w", err)
	}
	return u.ID, nil
}
