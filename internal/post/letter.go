package post

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail"

	"vannghe/internal/archive"
)

// Letter is one letter to one person.
type Letter struct {
	ID      string    // the same however often it is tried, so that a second copy is known as such; letters and digits
	Date    time.Time // zero: now
	To      string    // an address
	Sender  string    // the name that the archive's address is shown with; "" for none
	Subject string
	Text    string // the letter; lines of any length
	HTML    string // the same for programs that show such; "" for none
	// Leave is an address of https at which one request ends all letters (RFC 8058); "" for letters that somebody has just asked for.
	Leave string
}

// Send hands a letter to the server; nil means that the server has taken charge of it. Errors: Invalid "mail-no-box", "mail-box-full" or "mail-refused":
// never try this address again; Busy "mail-later": the server asks to come back with this letter; else Unavailable, as for Open or "mail-sender":
// nothing is to be had from the server at present.
func (s *Session) Send(l Letter) error {
	m, err := s.server.message(l)
	if err != nil {
		return err
	}
	err = s.client.Send(m)
	if err == nil || m.IsDelivered() { // it was taken, and the server fell silent after it
		return nil
	}
	code, reason := reasonOf(err)
	return archive.Fail(code, reason).Because(fmt.Errorf("send by %s: %w", s.server.Name(), err))
}

// message is the letter as it travels (RFC 5322): every text in UTF-8, heads encoded by RFC 2047.
func (s *Server) message(l Letter) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	from, to := m.From(s.opt.From), m.To(l.To)
	if l.Sender != "" {
		from = m.FromFormat(line(l.Sender), s.opt.From)
	}
	if err := errors.Join(from, to); err != nil {
		return nil, archive.Fail(archive.Invalid, "mail-refused").Because(err)
	}
	m.SetGenHeaderPreformatted(mail.HeaderSubject, encoded(line(l.Subject)))
	if l.Date.IsZero() {
		l.Date = time.Now()
	}
	m.SetDateWithValue(l.Date)
	_, host, _ := strings.Cut(s.opt.From, "@")
	m.SetMessageIDWithValue(l.ID + "@" + host)
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answering machine answers it
	if l.Leave != "" {
		m.SetGenHeaderPreformatted(mail.HeaderListUnsubscribe, "<"+l.Leave+">")
		m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, l.HTML)
	}
	return m, nil
}

// maxHead bounds what stands in a head of a letter, in characters.
const maxHead = 150

// line is a text as it may stand in the head of a letter: one line without characters that steer, of bounded length, and nothing that a reader would
// take for encoded (RFC 2047 §6.2): that could hide a line's end.
func line(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
	s = strings.ReplaceAll(s, "=?", "= ?")
	if r := []rune(s); len(r) > maxHead {
		return strings.TrimSpace(string(r[:maxHead-1])) + "…"
	}
	return s
}

// encodedBytes is how much of a text goes into one encoded word: with the name of its head the line then has at most 76 characters (RFC 2047 §2).
const encodedBytes = 39

// encoded is a text as the head Subject holds it. Left to the library, a head that begins with a long word begins with an empty line, and readers show a
// space before it.
func encoded(s string) string {
	var words []string
	for len(s) > 0 {
		n := 0
		for _, r := range s {
			if n+utf8.RuneLen(r) > encodedBytes {
				break
			}
			n += utf8.RuneLen(r)
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, "\r\n ")
}

// reasonOfDial is why no session came about.
func reasonOfDial(err error) archive.Reason {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var answer *textproto.Error
	switch {
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid), strings.Contains(err.Error(), "STARTTLS"):
		return "mail-unprotected"
	case errors.As(err, &answer) && (answer.Code == 530 || answer.Code == 534 || answer.Code == 535), errors.Is(err, mail.ErrNoSupportedAuthDiscovered),
		errors.Is(err, mail.ErrPlainAuthNotSupported):
		return "mail-sign-in"
	default:
		return "mail-silent"
	}
}

// reasonOf reads what the server answered to a letter.
func reasonOf(err error) (archive.Code, archive.Reason) {
	var failed *mail.SendError
	if !errors.As(err, &failed) || failed.ErrorCode() == 0 {
		return archive.Unavailable, "mail-silent"
	}
	final, answer := failed.ErrorCode() >= 500, failed.EnhancedStatusCode()
	switch {
	case failed.Reason == mail.ErrSMTPMailFrom || failed.Reason == mail.ErrConnCheck:
		return archive.Unavailable, "mail-sender"
	case failed.ErrorCode() == 421: // RFC 5321 §3.8: it is about to hang up
		return archive.Unavailable, "mail-silent"
	case !final:
		return archive.Busy, "mail-later"
	case strings.HasSuffix(answer, ".2.2") || failed.ErrorCode() == 552:
		return archive.Invalid, "mail-box-full"
	case strings.HasPrefix(answer, "5.1.") || failed.Reason == mail.ErrSMTPRcptTo && failed.ErrorCode() == 550:
		return archive.Invalid, "mail-no-box"
	default:
		return archive.Invalid, "mail-refused"
	}
}
