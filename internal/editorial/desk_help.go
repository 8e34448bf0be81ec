package editorial

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

const (
	// helpLetters are told apart on the telephone and by weak eyes: no 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V; no vowels, so that no
	// word comes of them. 18⁶ = 34 million codes.
	helpLetters = "34679CDFGHJKMNPRTX"
	helpLength  = 6
	helpStay    = 24 * time.Hour
)

// AskHelp returns a code by which an archivist takes over the draft, in place of the former one, and until when it is good. The errors are
// those of Editing.
func (d *Desk) AskHelp(ctx context.Context, id archive.WorkID) (code string, until time.Time, err error) {
	for {
		code, err = newHelp()
		if err != nil {
			return "", until, err
		}
		err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			if _, err := d.Editing(ctx, tx, id, archive.ActEdit); err != nil {
				return err
			}
			until = tx.Now().Add(helpStay)
			return tx.PutHelp(ctx, digestOf(code), id, until)
		})
		if archive.ReasonOf(err) != "code-taken" { // of 34 million, those in use are few
			break
		}
	}
	if err != nil {
		return "", until, fmt.Errorf("ask for help with work %s: %w", id, err)
	}
	return code, until, nil
}

func newHelp() (string, error) {
	code := make([]byte, helpLength)
	for i := range code {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(helpLetters))))
		if err != nil {
			return "", fmt.Errorf("draw a code: %w", err)
		}
		code[i] = helpLetters[n.Int64()]
	}
	return string(code), nil
}

// TakeOver uses a code up and returns the draft to which it leads; it stands in the draft's record who helps. Who sent it stays its sender. The
// errors are those of May(DescribeWorks) and NotFound "help-missing". The caller bounds how often somebody tries.
func (d *Desk) TakeOver(ctx context.Context, code string) (archive.WorkID, error) {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return "", err
	}
	code = helpOf(code)
	if len(code) != helpLength {
		return "", archive.Fail(archive.NotFound, "help-missing")
	}
	var id archive.WorkID
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) (err error) {
		if id, err = tx.TakeHelp(ctx, digestOf(code)); err != nil {
			return err
		}
		return tx.AddEvent(ctx, archive.Event{Work: id, Type: archive.EventModification, Agent: d.agent(), Outcome: archive.Success,
			Detail: d.viewer.Name + " helps the sender to finish it"})
	})
	if err != nil {
		return "", fmt.Errorf("take over a draft: %w", err)
	}
	return id, nil
}

// helpOf leaves of what somebody typed the letters of a code.
func helpOf(typed string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToUpper(r); strings.ContainsRune(helpLetters, r) {
			return r
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return '?' // one that no code has
		}
		return -1
	}, typed)
}

// Follow makes a link by which whoever has it sees, without signing in, where the work stands and what the editors wrote, in place of the
// former link, and returns its secret. It is told once: only its digest is kept. NotFound "work-missing" for those who neither sent the work nor work
// on the archive; Forbidden "follow-sender" for those who work there and did not send it: whom the sender shows it is the sender's affair.
func (d *Desk) Follow(ctx context.Context, id archive.WorkID) (secret string, err error) {
	own, err := d.Own(ctx, id)
	if err != nil {
		return "", err
	}
	if !d.viewer.Owns(own.Events) {
		return "", archive.Fail(archive.Forbidden, "follow-sender")
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	secret = base64.RawURLEncoding.EncodeToString(raw[:])
	return secret, d.follow(ctx, id, digestOf(secret))
}

// EndFollow ends the link of a work; staff may as well. NotFound "work-missing" as Follow.
func (d *Desk) EndFollow(ctx context.Context, id archive.WorkID) error { return d.follow(ctx, id, "") }

func (d *Desk) follow(ctx context.Context, id archive.WorkID, token catalog.SecretDigest) error {
	if _, err := d.Own(ctx, id); err != nil {
		return err
	}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutFollow(ctx, token, id) })
	if err != nil {
		return fmt.Errorf("change who follows work %s: %w", id, err)
	}
	return nil
}

// FollowEnds returns until when a link leads to a work, the zero time when none does.
func (d *Desk) FollowEnds(ctx context.Context, id archive.WorkID) (time.Time, error) {
	return d.catalog.Reader(archive.System("editorial")).FollowEnds(ctx, id)
}

// RenewFollow lets the link of a work lead to it for another year. The errors are those of Follow and NotFound "follow-missing".
func (d *Desk) RenewFollow(ctx context.Context, id archive.WorkID) error {
	own, err := d.Own(ctx, id)
	if err != nil {
		return err
	}
	if !d.viewer.Owns(own.Events) {
		return archive.Fail(archive.Forbidden, "follow-sender")
	}
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.RenewFollow(ctx, id) })
}

// Followed returns the work of a link, whoever asks. NotFound "follow-missing".
func (e *Editorial) Followed(ctx context.Context, secret string) (Own, error) {
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(secret); err != nil || len(raw) != 32 {
		return Own{}, archive.Fail(archive.NotFound, "follow-missing")
	}
	id, err := e.catalog.Reader(archive.System("editorial")).Followed(ctx, digestOf(secret))
	if err != nil {
		return Own{}, err
	}
	return e.As(archive.System("editorial")).Own(ctx, id)
}

func digestOf(secret string) catalog.SecretDigest {
	sum := sha256.Sum256([]byte(secret))
	return catalog.SecretDigest(base64.RawURLEncoding.EncodeToString(sum[:]))
}
