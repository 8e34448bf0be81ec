package office

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// NoticeKind says what a notice is about.
type NoticeKind string

// The kinds of notice.
const (
	NoticeWaiting NoticeKind = "waiting" // a work waits for a decision
	NoticeLicence NoticeKind = "licence" // the right to show a work ends
	NoticeCase    NoticeKind = "case"    // a letter of a reader is to be answered
	NoticeFailed  NoticeKind = "failed"  // something could not be made
	NoticeDisk    NoticeKind = "disk"    // the disk fills
	NoticeFixity  NoticeKind = "fixity"  // the archive is not as it was
	NoticePurge   NoticeKind = "purge"   // another proposed to destroy the content of a work
	NoticeComment NoticeKind = "comment" // somebody wrote about one's own work
	NoticeAct     NoticeKind = "act"     // somebody decided about one's own work
	NoticeBackup  NoticeKind = "backup"  // the last backup failed, found problems or is long ago
	NoticePost    NoticeKind = "post"    // the mail server takes no letters
)

// Topic is what the letters are about that tell of a notice of this kind.
func (k NoticeKind) Topic() archive.Topic {
	switch k {
	case NoticeWaiting, NoticeLicence:
		return archive.TopicWaiting
	case NoticeCase:
		return archive.TopicCases
	case NoticeComment, NoticeAct:
		return archive.TopicOwn
	default:
		return archive.TopicMachine
	}
}

// Notice is something that waits for somebody, or is new to them.
type Notice struct {
	Kind  NoticeKind
	Key   string // which names it for as long as it is the same
	Work  archive.WorkID
	Case  archive.CaseID
	Title string            // of the work
	Act   archive.EventType // of NoticeAct
	Time  time.Time         // since when it waits, when it ends or is due, when it happened
	Many  int               // works that failed; per cent of the disk that are used; damages of the archive
	Late  bool              // the time is past
	Seen  bool

	Reason archive.Reason  // of NoticePost: why no letters leave
	Last   archive.LastRun // of NoticeBackup
}

// Bounds of what is told.
const (
	manyNotices = 100
	newsStay    = 90 * 24 * time.Hour
	seenStay    = 400 * 24 * time.Hour
	diskFull    = 90 // per cent
	weeksShort  = 8
	oldBackup   = 14 * 24 * time.Hour
)

// Notices lists what waits for somebody, what they have not seen first. Nobody is told of what they may not do.
func (o *Office) Notices(ctx context.Context, by archive.Viewer) ([]Notice, error) {
	if err := by.May(archive.UseDesk); err != nil || by.Account == "" {
		return nil, err
	}
	var list []Notice
	for _, ask := range []struct {
		action archive.Action
		find   func(context.Context, archive.Viewer) ([]Notice, error)
	}{
		{archive.DecideWorks, o.waiting}, {archive.DecideWorks, o.licences}, {archive.DecideWorks, o.cases}, {archive.PurgeWorks, o.purges}, {archive.OperateArchive, o.failures}, {archive.OperateArchive, o.disk}, {archive.OperateArchive, o.keepers}, {archive.OperateArchive, o.postman},
		{archive.SendWorks, o.news},
	} {
		if by.May(ask.action) != nil {
			continue
		}
		found, err := ask.find(ctx, by)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	seen, err := o.reader().SeenNotices(ctx, by.Account)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Key = string(list[i].Kind) + ":" + list[i].Key
		list[i].Seen = seen[list[i].Key]
	}
	slices.SortStableFunc(list, func(a, b Notice) int { return cmp.Compare(order01(a.Seen), order01(b.Seen)) })
	return list, nil
}

func order01(b bool) int {
	if b {
		return 1
	}
	return 0
}

// waiting are works that somebody may decide about: what they sent themselves others decide.
func (o *Office) waiting(ctx context.Context, by archive.Viewer) (list []Notice, err error) {
	queue, err := o.reader().Desk(ctx, catalog.DeskFilter{State: archive.Submitted, Size: manyNotices})
	if err != nil {
		return nil, err
	}
	for _, w := range queue.Works {
		had := slices.ContainsFunc(archive.Approvals(w.Events, w.Work.Content()), func(e archive.Event) bool { return e.Agent == string(by.Account) })
		if !had && !by.OwnFor(archive.ActApprove, &w.Work, w.Events) {
			list = append(list, Notice{Kind: NoticeWaiting, Key: keyAt(string(w.Work.ID), w.Since), Work: w.Work.ID, Title: w.Work.Title, Time: w.Since})
		}
	}
	return list, nil
}

// keyAt names what is about a thing at a time.
func keyAt(id string, at time.Time) string { return id + "." + strconv.FormatInt(at.Unix(), 10) }

func (o *Office) licences(ctx context.Context, _ archive.Viewer) (list []Notice, err error) {
	var rules archive.Rules
	if err := o.setting(ctx, archive.RulesSetting, &rules); err != nil {
		return nil, err
	}
	works, err := o.reader().Lapsing(ctx, rules.Warn(), manyNotices)
	for _, w := range works {
		until := w.Rights.LicenceUntil
		list = append(list, Notice{Kind: NoticeLicence, Key: keyAt(string(w.ID), until), Work: w.ID, Title: w.Title, Time: until, Late: until.Before(time.Now())})
	}
	return list, err
}

func (o *Office) cases(ctx context.Context, _ archive.Viewer) (list []Notice, err error) {
	cases, err := o.reader().OpenCases(ctx, manyNotices)
	for _, c := range cases {
		list = append(list, Notice{Kind: NoticeCase, Key: string(c.ID), Case: c.ID, Work: c.Work, Time: c.Due, Late: c.Due.Before(time.Now())})
	}
	return list, err
}

// purges are proposals that somebody may confirm: what they proposed themselves another confirms.
func (o *Office) purges(ctx context.Context, by archive.Viewer) (list []Notice, err error) {
	all, err := o.reader().Purges(ctx, manyNotices)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p archive.Purge) bool { // whether this person may, the page says
		return by.May(archive.PurgeWorks) != nil || by.Account == p.ProposedBy || !p.Waits(time.Now())
	})
	ids := make([]archive.WorkID, len(all))
	for i, p := range all {
		ids[i] = p.Work
	}
	works, err := o.reader().WorksByID(ctx, ids)
	titles := map[archive.WorkID]string{}
	for i := range works {
		titles[works[i].ID] = works[i].Title
	}
	for _, p := range all {
		list = append(list, Notice{Kind: NoticePurge, Key: keyAt(string(p.Work), p.Proposed), Work: p.Work, Title: titles[p.Work], Time: p.Proposed.Add(archive.PurgePatience)})
	}
	return list, err
}

// failures is one notice of all works of which something could not be made; another when there are more.
func (o *Office) failures(ctx context.Context, _ archive.Viewer) ([]Notice, error) {
	failed, err := o.reader().Failed(ctx, catalog.FailedFilter{Except: []archive.Reason{"format-unknown"}, Limit: 1000})
	if err != nil || len(failed) == 0 {
		return nil, err
	}
	works := map[archive.WorkID]bool{}
	for _, f := range failed {
		works[f.Work] = true
	}
	return []Notice{{Kind: NoticeFailed, Key: strconv.Itoa(len(failed)), Many: len(works)}}, nil
}

// disk tells once a month that the disk fills.
func (o *Office) disk(ctx context.Context, by archive.Viewer) ([]Notice, error) {
	k, err := o.Keeping(ctx, by)
	if err != nil || k.Measured.Disk == 0 {
		return nil, err
	}
	used := int(100 * (k.Measured.Disk - k.Measured.Free) / k.Measured.Disk)
	if used < diskFull && (k.Weeks < 0 || k.Weeks > weeksShort) {
		return nil, nil
	}
	return []Notice{{Kind: NoticeDisk, Key: k.Measured.Time.Format("2006-01"), Many: used, Time: k.Measured.Time}}, nil
}

// keepers tells of backups and checks that did not end well. An archive that was never backed up says so on the page of its machine.
func (o *Office) keepers(ctx context.Context, by archive.Viewer) (list []Notice, err error) {
	k, err := o.Keeping(ctx, by)
	if err != nil {
		return nil, err
	}
	if n, ok := backedUp(k.Backup); ok {
		list = append(list, n)
	}
	if k.Fixity.Problems > 0 {
		list = append(list, Notice{Kind: NoticeFixity, Key: keyAt("", k.Fixity.Time), Many: k.Fixity.Problems, Time: k.Fixity.Time})
	}
	return list, nil
}

// backedUp tells of a last backup that needs somebody. Tries that fail one after the other are one notice, and a new one once the last good backup is old.
func backedUp(last archive.LastRun) (n Notice, ok bool) {
	late := LateBackup(last)
	n = Notice{Kind: NoticeBackup, Key: keyAt("", last.Time), Many: last.Problems, Time: last.Tried(), Late: late, Last: last}
	if last.Failed != nil && !late {
		n.Key = keyAt("failed", last.Failed.Since)
	}
	return n, late || last.Failed != nil || last.Problems > 0
}

// LateBackup reports whether the last good backup is long ago. An archive that was never backed up is not late.
func LateBackup(last archive.LastRun) bool {
	return !last.Time.IsZero() && time.Since(last.Time) > oldBackup
}

// postman tells that letters do not leave.
func (o *Office) postman(ctx context.Context, _ archive.Viewer) ([]Notice, error) {
	s, err := o.PostState(ctx)
	if err != nil || s.Since.IsZero() || time.Since(s.Since) < postSilence {
		return nil, err
	}
	return []Notice{{Kind: NoticePost, Key: keyAt("", s.Since), Time: s.Since, Reason: s.Reason}}, nil
}

func (o *Office) news(ctx context.Context, by archive.Viewer) (list []Notice, err error) {
	found, err := o.reader().OwnNews(ctx, by.Account, time.Now().Add(-newsStay), manyNotices)
	for _, n := range found {
		kind := NoticeAct
		if n.Kind == "" {
			kind = NoticeComment
		}
		list = append(list, Notice{Kind: kind, Key: n.Key, Work: n.Work, Title: n.Title, Act: n.Kind, Time: n.Time})
	}
	return list, err
}

// See notes that somebody has looked at what waits for them now: what comes later is new again.
func (o *Office) See(ctx context.Context, by archive.Viewer) error {
	list, err := o.Notices(ctx, by)
	if err != nil {
		return err
	}
	keys := make([]string, len(list))
	for i, n := range list {
		keys[i] = n.Key
	}
	return o.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.SeeNotices(ctx, by.Account, keys, tx.Now().Add(-seenStay))
	})
}

// Unseen is how many notices somebody has not looked at.
func (o *Office) Unseen(ctx context.Context, by archive.Viewer) (n int, err error) {
	list, err := o.Notices(ctx, by)
	for _, one := range list {
		if !one.Seen {
			n++
		}
	}
	return n, err
}
