package office

import (
	"context"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// due is what somebody is to be sent now; message nil: nothing.
type due struct {
	message *Message
	keys    []string             // of the notices that it tells of
	token   catalog.SecretDigest // of a letter that confirms
}

// due looks for what somebody is to be sent now.
func (r *round) due(ctx context.Context, to catalog.Addressee) (*due, error) {
	m := Message{To: to.Mailbox, Name: to.Owner.Shown}
	site, _, err := r.Site(ctx)
	if err != nil {
		return nil, err
	}
	m.Site = site.Title
	if to.Confirmed.IsZero() {
		return r.confirming(m), nil
	}
	prompt, daily, err := r.news(ctx, to)
	if err != nil {
		return nil, err
	}
	everyday := r.mornings(to.Daily)
	switch {
	case everyday && len(daily) > 0:
		m.Everyday = true
		return r.told(ctx, to, m, append(prompt, daily...))
	case len(prompt) > 0 && r.Now().Sub(to.Prompt) >= betweenRush:
		return r.told(ctx, to, m, prompt)
	case everyday && r.paces(to, archive.Daily): // an empty day is over, too: what comes later in it waits for the next
		return &due{}, r.change(ctx, to.Mailbox, func(_ *catalog.Tx, now *catalog.Mailbox) error {
			now.Daily = r.Now()
			return nil
		})
	default:
		return &due{}, nil
	}
}

// confirming is the letter that confirms an address: one for each time that it was entered.
func (r *round) confirming(m Message) *due {
	if !m.To.Expires.IsZero() && m.To.Letter == "" { // it has left
		return &due{}
	}
	secret, kept := r.Renew()
	m.Confirm = secret
	return &due{message: &m, token: kept}
}

// mornings reports whether the morning of a day has come whose letter was not sent.
func (r *round) mornings(last time.Time) bool {
	now := r.Now().In(archive.Vietnam)
	begins := time.Date(now.Year(), now.Month(), now.Day(), morning, 0, 0, 0, archive.Vietnam)
	return !now.Before(begins) && last.Before(begins)
}

// paces reports whether somebody wants to be written to at a pace about anything that concerns them.
func (r *round) paces(to catalog.Addressee, pace archive.Pace) bool {
	return slices.ContainsFunc(archive.Topics(), func(t archive.Topic) bool { return t.Concerns(to.Owner.Viewer()) && to.Choices.Of(t) == pace })
}

// news are the notices that somebody has neither seen nor been sent, by the pace at which they want to be told. Whether they may know of each is decided
// now, by what they may do now.
func (r *round) news(ctx context.Context, to catalog.Addressee) (prompt, daily []Notice, err error) {
	if !r.paces(to, archive.AtOnce) && !r.paces(to, archive.Daily) {
		return nil, nil, nil
	}
	list, err := r.Notices(ctx, to.Owner.Viewer())
	if err != nil {
		return nil, nil, err
	}
	mailed, err := r.reader().Mailed(ctx, to.Account)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range list {
		if n.Seen || r.mailed(mailed, n) || n.Kind.Topic() == archive.TopicOwn && n.Time.Before(to.Confirmed) {
			continue
		}
		switch to.Choices.Of(n.Kind.Topic()) {
		case archive.AtOnce:
			prompt = append(prompt, n)
		case archive.Daily:
			daily = append(daily, n)
		case archive.Never:
		}
	}
	return prompt, daily, nil
}

// mailed reports whether a notice was mailed. What is about the machine changes its number with each file that fails: once a day is enough.
func (r *round) mailed(all map[string]time.Time, n Notice) bool {
	if _, ok := all[n.Key]; ok || n.Kind == NoticePost { // what tells that no letters leave never leaves in time
		return true
	}
	if n.Work != "" || n.Case != "" {
		return false
	}
	for key, at := range all {
		if strings.HasPrefix(key, string(n.Kind)+":") && r.Now().Sub(at) < oneMachine {
			return true
		}
	}
	return false
}

// told is a letter of notices. A work that is withdrawn, or that the addressee may not see and has not sent, is not named: a letter cannot be taken back.
func (r *round) told(ctx context.Context, to catalog.Addressee, m Message, list []Notice) (*due, error) {
	d := &due{message: &m}
	for _, n := range list {
		d.keys = append(d.keys, n.Key)
		if len(m.Notices) == manyInLetter {
			m.More++
			continue
		}
		if n.Work != "" {
			nameable, err := r.nameable(ctx, to.Owner.Viewer(), n)
			if err != nil {
				return nil, err
			}
			if !nameable {
				n.Title = ""
			}
		}
		m.Notices = append(m.Notices, n)
	}
	return d, nil
}

func (r *round) nameable(ctx context.Context, v archive.Viewer, n Notice) (bool, error) {
	reader := r.catalog.Reader(v)
	if n.Kind.Topic() == archive.TopicOwn { // such notices are only of works that they sent
		reader = r.reader()
	}
	w, err := reader.Work(ctx, n.Work)
	switch archive.CodeOf(err) {
	case "":
		return w.State != archive.Withdrawn, nil
	case archive.NotFound, archive.Gone, archive.Forbidden:
		return false, nil
	default:
		return false, err
	}
}
