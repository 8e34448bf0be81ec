package catalog

import "vannghe/internal/viet"

// Letters are those of the Vietnamese alphabet in its order, with the foreign F, J, W and Z.
const Letters = "AĂÂBCDĐEÊFGHIJKLMNOÔƠPQRSTUƯVWXYZ"

// Letter returns the letter of the alphabet under which a name stands, "" as letterOf.
func Letter(name string) string { return letterOf(viet.SortKey(name)) }

// letterOf returns the letter of the alphabet with which a sort key begins, "" for a number, another script or nothing.
func letterOf(key string) string {
	if key == "" {
		return ""
	}
	// A key's letters are as far apart as those of the alphabet.
	place := int(key[0]) - int(viet.SortKey("A")[0])
	all := []rune(Letters)
	if place < 0 || place >= len(all) {
		return ""
	}
	return string(all[place])
}
