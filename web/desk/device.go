package desk

import "strings"

// mark is a word of a User-Agent and what it says. Of each list the first that is found counts: browsers name those they descend from as well.
type mark struct{ word, name string }

func browsers() []mark {
	return []mark{
		{"coc_coc_browser", "Cốc Cốc"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Zalo", "Zalo"}, {"FBAN", "Facebook"},
		{"FBAV", "Facebook"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	}
}

func systems() []mark {
	return []mark{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
}

// Device names a device by its User-Agent as far as its owner needs to tell it from another: "Chrome, Android". "?" when it says nothing known.
func Device(agent string) string {
	var names []string
	for _, list := range [][]mark{browsers(), systems()} {
		for _, m := range list {
			if strings.Contains(agent, m.word) {
				names = append(names, m.name)
				break
			}
		}
	}
	if len(names) == 0 {
		return "?"
	}
	return strings.Join(names, ", ")
}
