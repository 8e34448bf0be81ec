// Package message turns keys and arguments into sentences, and dates, numbers, durations and sizes into the reader's
// form, in Vietnamese and English. Pages, API and commands all speak through it, so that one person can correct every
// word in vi.json, en.json, error.vi.json and error.en.json without reading Go.
//
// A sentence has numbered placeholders, {1} to {9}. One that depends on a number is an object with "one" and "other";
// the first argument decides. Error sentences have the key "error.<reason>" and stand in files of their own.
//
// It must not know where a sentence is shown, nor escape it for any format.
package message

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"vannghe/internal/archive"
)

// The languages, as BCP 47 tags.
const (
	Vietnamese = "vi"
	English    = "en"
)

// Languages lists the languages, the first being the one an unknown reader gets.
func Languages() []string { return []string{Vietnamese, English} }

//go:embed *.json
var files embed.FS

// Catalogue speaks one language. The zero Catalogue answers every key with the key itself. Safe for concurrent use.
type Catalogue struct {
	language  string
	sentences map[string]sentence
}

// sentence is a text, or two when it depends on a number.
type sentence struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

// UnmarshalJSON accepts a string or an object with "one" and "other".
func (s *sentence) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &s.Other)
	}
	type plain sentence
	return json.Unmarshal(b, (*plain)(s))
}

type library struct {
	catalogues map[string]*Catalogue
	err        error
}

// The catalogues are read once, when first asked for, and never change.
var shared = sync.OnceValue(readAll)

// For returns the catalogue for a BCP 47 tag such as "vi", "en" or "en-GB"; the Vietnamese one for any other.
func For(language string) *Catalogue {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	if c, ok := shared().catalogues[base]; ok {
		return c
	}
	return shared().catalogues[Vietnamese]
}

// Check returns what is wrong with the embedded files, nil when they can be read. Tests call it; the program may at
// start. A catalogue whose files cannot be read answers keys instead of sentences.
func Check() error { return shared().err }

func readAll() library {
	l := library{catalogues: map[string]*Catalogue{}}
	for _, language := range Languages() {
		c := &Catalogue{language: language, sentences: map[string]sentence{}}
		for _, name := range []string{language + ".json", "error." + language + ".json"} {
			if err := c.read(name); err != nil {
				l.err = errors.Join(l.err, err)
			}
		}
		l.catalogues[language] = c
	}
	return l
}

func (c *Catalogue) read(name string) error {
	b, err := files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	var more map[string]sentence
	if err := json.Unmarshal(b, &more); err != nil {
		return fmt.Errorf("read messages %s: %w", name, err)
	}
	for key, s := range more {
		if _, twice := c.sentences[key]; twice {
			return fmt.Errorf("read messages %s: %s is given twice", name, key)
		}
		c.sentences[key] = s
	}
	return nil
}

// Language returns the catalogue's BCP 47 tag.
func (c *Catalogue) Language() string { return c.language }

// Has reports whether there is a sentence for key.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.sentences[key]
	return ok
}

// Text returns the sentence for key with its placeholders filled: integers in the reader's form (1.234), everything else
// as fmt prints it. A year is therefore passed as a string. An unknown key is answered with itself, so that a forgotten
// one is seen and nothing breaks.
func (c *Catalogue) Text(key string, args ...any) string {
	s, ok := c.sentences[key]
	if !ok {
		return key
	}
	text := s.Other
	if s.One != "" && len(args) > 0 && isOne(args[0]) {
		text = s.One
	}
	return c.fill(text, args)
}

func isOne(arg any) bool {
	n, ok := integer(arg)
	return ok && n == 1
}

// integer returns the value of the integer types that callers count with.
func integer(arg any) (int64, bool) {
	switch n := arg.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	default:
		return 0, false
	}
}

// fill replaces {1}…{9} in one pass, so that an argument that contains "{2}" stays as it is.
func (c *Catalogue) fill(text string, args []any) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if n := placeholder(text[i:]); n > 0 && n <= len(args) {
			b.WriteString(c.argument(args[n-1]))
			i += len("{1}") - 1
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// placeholder returns the number of the placeholder that s begins with, 0 for none.
func placeholder(s string) int {
	if len(s) < 3 || s[0] != '{' || s[2] != '}' || s[1] < '1' || s[1] > '9' {
		return 0
	}
	return int(s[1] - '0')
}

func (c *Catalogue) argument(arg any) string {
	if n, ok := integer(arg); ok {
		return c.Number(n)
	}
	return fmt.Sprint(arg)
}

// Sentence says what happened, and what to do, to the person who met err: the sentence of the first archive.Error in its
// chain, else that of its code, else that of an internal error. "" for nil. The cause is never shown.
func (c *Catalogue) Sentence(err error) string {
	if err == nil {
		return ""
	}
	var args []any
	if e, ok := errors.AsType[*archive.Error](err); ok {
		args = e.Args
	}
	if key := "error." + string(archive.ReasonOf(err)); c.Has(key) {
		return c.Text(key, args...)
	}
	return c.Text("error.code." + string(archive.CodeOf(err)))
}

// Reason is Sentence for a reason that was recorded without its code, such as why nothing can be made of a file. "" when
// there is no sentence for it: then nothing is better than a guess.
func (c *Catalogue) Reason(r archive.Reason, args ...any) string {
	if key := "error." + string(r); c.Has(key) {
		return c.Text(key, args...)
	}
	return ""
}

// Under returns the sentences whose keys begin with prefix, by the rest of the key and unfilled: for a script that needs
// a handful of words.
func (c *Catalogue) Under(prefix string) map[string]string {
	found := map[string]string{}
	for key, s := range c.sentences {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			found[rest] = s.Other
		}
	}
	return found
}
