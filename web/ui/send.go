package ui

import "github.com/a-h/templ"

func mineTitle(t Text, w Mine) string {
	if w.Untitled {
		return t.Text("send.untitled")
	}
	return w.Title
}

// outPath is where a file is taken out again: of the work, or of the uploads that are not in it yet.
func outPath(base string, f SentFile) string {
	if f.Upload {
		return base + "/bo-do/" + string(f.ID)
	}
	return base + "/bo/" + string(f.ID)
}

// percent is how much of a file has arrived, never 100 before all has.
func percent(h HalfSent) int {
	if h.Size <= 0 {
		return 0
	}
	return min(int(100*h.Received/h.Size), 99)
}

func lookedAt(t Text, f SentFile) string {
	if f.Page > 0 {
		return t.Text("send.page", f.Page)
	}
	return f.Name
}

// sendMistaken marks the field of the third screen that is to be changed.
func sendMistaken(v SendWords, field string) templ.Attributes {
	if v.WrongField != field {
		return nil
	}
	return mistaken(v.Wrong, "sai")
}

func sendAbout(v SendWords) templ.Attributes {
	if v.WrongField == "loi" {
		return helped(v.Wrong, "gioi-thieu-giup", "sai")
	}
	return helped("", "gioi-thieu-giup", "")
}
