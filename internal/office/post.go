package office

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/post"
)

// PostEvery is how often it is looked for what is to be mailed; an address that is entered does not wait for it.
const PostEvery = 5 * time.Minute

// Bounds of letters.
const (
	manyInLetter = 20               // notices; the rest is a number
	betweenRush  = 10 * time.Minute // two letters at once to one person
	morning      = 7                // the hour in Vietnam at which letters of the day leave
	confirmStay  = 48 * time.Hour   // an address is to be confirmed in
	postSilence  = time.Hour        // after which it is told that no letters leave
	longestPause = 6 * time.Hour
	mostTries    = 12 // of a letter that its server puts off; about two days
	oneMachine   = 24 * time.Hour
)

// Message is what a letter is to say; it is worded elsewhere.
type Message struct {
	To       catalog.Mailbox
	Name     string // of the addressee
	Site     string // what the archive calls itself
	Confirm  string // the secret of the link that confirms the address; "" for a letter with notices
	Notices  []Notice
	More     int // notices that are not named
	Everyday bool
}

// Postman sends letters for an Office.
type Postman struct {
	*Office
	Server *post.Server
	Write  func(Message) (post.Letter, error)
	Renew  func() (secret string, kept catalog.SecretDigest) // makes the secret of a link that confirms an address
	Now    func() time.Time
}

// PostState is how the mail server stands: zero while it answers.
type PostState struct {
	Tries  int
	Next   time.Time // no letter is tried before
	Since  time.Time // it takes no letters
	Reason archive.Reason
	Server string
}

const postSetting = "catalog.post"

// PostState returns how the mail server stands.
func (o *Office) PostState(ctx context.Context) (s PostState, err error) {
	err = o.setting(ctx, postSetting, &s)
	return s, err
}

// Round sends what is to be sent now. A server that does not answer is left alone for a while that grows, whatever is asked meanwhile: what it would have
// been told is found anew afterwards, so nothing piles up. One round runs at a time in all processes.
func (p *Postman) Round(ctx context.Context) error {
	lock, err := p.catalog.LockObject(ctx, "post")
	if err != nil {
		return fmt.Errorf("wait for another round of letters: %w", err)
	}
	err = p.round(ctx)
	return errors.Join(err, lock.Unlock(context.WithoutCancel(ctx)))
}

func (p *Postman) round(ctx context.Context) error {
	state, err := p.PostState(ctx)
	if wait := state.Next.Sub(p.Now()); err != nil || wait > 0 && wait <= longestPause { // longer waits nobody chose: the clock was set back
		return err
	}
	r := &round{Postman: p, state: state}
	defer r.close()
	list, err := p.reader().Addressees(ctx, p.Now())
	if err != nil {
		return err
	}
	for _, to := range list {
		if err := r.serve(ctx, to); err != nil {
			return r.fail(ctx, err)
		}
	}
	return r.well(ctx)
}

// round is one of them: its line to the server is opened for the first letter.
type round struct {
	*Postman
	state PostState
	line  *post.Session
	spoke bool
}

func (r *round) close() {
	if r.line != nil {
		r.line.Close()
	}
}

// fail notes that the server takes nothing at present; any other error is the round's.
func (r *round) fail(ctx context.Context, cause error) error {
	if archive.CodeOf(cause) != archive.Unavailable || ctx.Err() != nil {
		return cause
	}
	r.log.Warn("no letters leave", "server", r.Server.Name(), "error", cause)
	s := r.state
	s.Tries++
	s.Next, s.Reason, s.Server = r.Now().Add(pause(s.Tries)), archive.ReasonOf(cause), r.Server.Name()
	if s.Since.IsZero() {
		s.Since = r.Now()
	}
	return r.note(ctx, s)
}

// well notes that the server answers again; when there was nothing to say to it, it is asked.
func (r *round) well(ctx context.Context) error {
	if r.state == (PostState{}) {
		return nil
	}
	if err := r.open(ctx); !r.spoke && err != nil {
		return r.fail(ctx, err)
	}
	return r.note(ctx, PostState{})
}

func (r *round) note(ctx context.Context, s PostState) error {
	return r.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, postSetting, s) })
}

// pause is how long is waited after so many tries: a minute, doubled up to six hours.
func pause(tries int) time.Duration { return min(time.Minute<<min(tries-1, 10), longestPause) }

// serve sends one person what is due. The errors of the server about this letter stay with the mailbox; others are returned.
func (r *round) serve(ctx context.Context, to catalog.Addressee) error {
	d, err := r.due(ctx, to)
	if err != nil || d.message == nil {
		return err
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	before, err := r.begin(ctx, d)
	if errors.Is(err, errOtherAddress) { // another address meanwhile: the next round has it
		return nil
	}
	if err != nil {
		return err
	}
	letter, err := r.Write(*d.message)
	if err != nil {
		return fmt.Errorf("word a letter: %w", err)
	}
	letter.ID = before.Letter
	err = r.line.Send(letter)
	r.spoke = true
	switch archive.CodeOf(err) {
	case "", archive.Busy, archive.Invalid:
		return r.settle(ctx, before, d, err)
	default:
		return err
	}
}

func (r *round) open(ctx context.Context) (err error) {
	if r.line == nil {
		r.line, err = r.Server.Open(ctx)
	}
	return err
}

// begin gives the letter a name that outlives this process, so that a second copy, sent because nobody knows whether the first arrived, is known as one.
func (r *round) begin(ctx context.Context, d *due) (m catalog.Mailbox, err error) {
	err = r.change(ctx, d.message.To, func(_ *catalog.Tx, now *catalog.Mailbox) error {
		if now.Letter == "" {
			now.Letter = archive.NewID[string]()
		}
		if d.message.Confirm != "" {
			now.Token, now.Expires = d.token, r.Now().Add(confirmStay)
		}
		m = *now
		return nil
	})
	return m, err
}

// settle notes what became of a letter.
func (r *round) settle(ctx context.Context, m catalog.Mailbox, d *due, failed error) error {
	err := r.change(ctx, m, func(tx *catalog.Tx, now *catalog.Mailbox) error {
		switch archive.CodeOf(failed) {
		case archive.Busy:
			if now.Tries++; now.Tries < mostTries {
				now.NotBefore = r.Now().Add(pause(now.Tries))
				return nil
			}
			now.Refused, now.Reason = r.Now(), "mail-refused" // put off for days is refused
			return nil
		case archive.Invalid:
			now.Refused, now.Reason = r.Now(), archive.ReasonOf(failed)
			return nil
		}
		now.Letter, now.Tries, now.NotBefore = "", 0, time.Time{}
		if d.message.Confirm != "" {
			return nil
		}
		if d.message.Everyday {
			now.Daily = r.Now()
		} else {
			now.Prompt = r.Now()
		}
		return tx.Mail(ctx, m.Account, d.keys, tx.Now().Add(-seenStay))
	})
	if errors.Is(err, errOtherAddress) {
		return nil
	}
	return err
}

// errOtherAddress is what change returns when somebody entered another address, or took it away, since it was looked at.
var errOtherAddress = errors.New("another address meanwhile")

// change changes a mailbox that is still the one that was looked at; otherwise the error is errOtherAddress.
func (r *round) change(ctx context.Context, m catalog.Mailbox, change func(*catalog.Tx, *catalog.Mailbox) error) error {
	return r.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		now, err := tx.Mailbox(ctx, m.Account)
		if archive.CodeOf(err) == archive.NotFound || err == nil && (now.Address != m.Address || !now.Entered.Equal(m.Entered)) {
			return errOtherAddress
		}
		if err != nil {
			return err
		}
		if err := change(tx, &now); err != nil {
			return err
		}
		return tx.PutMailbox(ctx, now)
	})
}
