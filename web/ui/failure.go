package ui

import "strconv"

func statusNumber(status int) string { return strconv.Itoa(status) }

// failureTitle is the heading for a status; those without one of their own share that of their class.
func failureTitle(t Text, status int) string {
	if key := "failure." + strconv.Itoa(status); t.Has(key) {
		return t.Text(key)
	}
	if status >= 500 {
		return t.Text("failure.500")
	}
	return t.Text("failure.400")
}
