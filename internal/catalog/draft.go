package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// sent chooses the works that an account began as their sender, or into which such a work was merged, as archive.Viewer.Owns has it; the words of
// the types are those of an index. sentOrBrought is for whoever works on the archive, with the bracket that ends it.
const (
	sent          = sentOrBrought + ` AND e.type = 'creation')`
	sentOrBrought = `w.id IN (SELECT coalesce(m.merged, m.id) FROM event e JOIN work m ON m.id = e.work
	WHERE e.agent = ? AND e.type IN ('creation', 'ingestion', 'submission')`
)

// SentWorks lists the works that the viewer's account sent, in whatever state, the one changed last first, at most so many. Forbidden
// "account-needed".
func (r *Reader) SentWorks(ctx context.Context, limit int) ([]archive.Work, error) {
	if r.viewer.Account == "" {
		return nil, archive.Fail(archive.Forbidden, "account-needed")
	}
	var found []archive.Work
	err := r.c.view(ctx, "list the works that somebody sent", func(q querier) error {
		own := sent
		if r.viewer.Is(archive.Archivist) || r.viewer.Is(archive.EditorRole) {
			own = sentOrBrought + ")"
		}
		s := sql("SELECT "+workColumns+" FROM work w WHERE "+own+" ORDER BY w.updated DESC, w.id LIMIT ?", r.viewer.Account, limit)
		works, err := collect(ctx, q, s, scanWork)
		if err != nil {
			return err
		}
		if err := load(ctx, q, sight{viewer: systemViewer(), now: r.c.now(), stored: true}, works); err != nil {
			return err
		}
		for _, w := range works {
			found = append(found, *w)
		}
		return nil
	})
	return found, err
}

// HeldBytes returns how many bytes the viewer's uploads promise and the files of its drafts have, together.
func (r *Reader) HeldBytes(ctx context.Context) (int64, error) {
	n, err := heldBytes(ctx, r.c.db.read(), r.viewer.Account)
	return n, r.c.fail(ctx, "add up what an account sent", err)
}

// HeldBytes is that of Reader for an account. Nobody else adds to the same account until the transaction ends.
func (tx *Tx) HeldBytes(ctx context.Context, account archive.AccountID) (int64, error) {
	if err := tx.lockName(ctx, "held by "+string(account)); err != nil {
		return 0, err
	}
	n, err := heldBytes(ctx, tx.q, account)
	if err != nil {
		return 0, fmt.Errorf("add up what an account sent: %w", err)
	}
	return n, nil
}

// heldBytes counts a draft's files also when they are in the archive of record: what was handed in and called back is the sender's again.
func heldBytes(ctx context.Context, q querier, account archive.AccountID) (int64, error) {
	return one(ctx, q, sql(`SELECT cast(coalesce((SELECT sum(u.size) FROM upload u WHERE u.account = ? AND u.state <> 'removed'), 0)
		+ coalesce((SELECT sum(f.size) FROM file f JOIN work w ON w.id = f.work WHERE w.state = 'draft' AND f.state <> 'purged' AND `+sent+`), 0) AS BIGINT)`,
		account, account), value[int64])
}

// EmptyDraft returns the newest draft that an account began, in which nobody else had a part, and that has neither files nor a title of its own. NotFound "work-missing".
func (tx *Tx) EmptyDraft(ctx context.Context, account archive.AccountID) (archive.Work, error) {
	id, err := one(ctx, tx.q, sql(`SELECT w.id FROM work w WHERE w.state = 'draft' AND w.title_guessed = 1 AND w.description = ''
		AND NOT EXISTS (SELECT 1 FROM file f WHERE f.work = w.id)
		AND EXISTS (SELECT 1 FROM event e WHERE e.work = w.id AND e.type = 'creation' AND e.agent = ?)
		AND NOT EXISTS (SELECT 1 FROM event e WHERE e.work = w.id AND e.type IN ('creation', 'ingestion', 'submission') AND e.agent <> ?)
		ORDER BY w.created DESC, w.id LIMIT 1`, account, account), value[archive.WorkID])
	if err != nil {
		return archive.Work{}, missing(err, "work-missing")
	}
	return tx.Work(ctx, id)
}

// DropFile takes an original out of a work, with what was made from it and found in it; its representation goes with the next PutWork if
// that does not name it. The bytes are the caller's to remove. The work is announced. NotFound "file-missing".
func (tx *Tx) DropFile(ctx context.Context, work archive.WorkID, id archive.FileID) error {
	of, err := tx.fileWork(ctx, id)
	if err == nil && of != work {
		err = archive.Fail(archive.NotFound, "file-missing")
	}
	if err != nil {
		return err
	}
	for _, table := range []string{"part WHERE file", "derivative WHERE file", "file WHERE id"} {
		if _, err := run(ctx, tx.q, sql("DELETE FROM "+table+" = ?", id)); err != nil {
			return fmt.Errorf("drop file %s: %w", id, err)
		}
	}
	tx.changed(ChangeWork, string(work))
	tx.oweWork(work)
	return nil
}

// PutHelp lets a code lead to a work until a time, in place of the work's former one. Conflict "code-taken" when it leads to another.
func (tx *Tx) PutHelp(ctx context.Context, code SecretDigest, work archive.WorkID, expires time.Time) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM help WHERE work = ? OR expires <= ?", work, tx.now.UnixMicro())); err != nil {
		return fmt.Errorf("end codes for help: %w", err)
	}
	n, err := run(ctx, tx.q, sql("INSERT INTO help (code, work, expires) VALUES ").values(string(code), work, expires.UnixMicro()).add(" ON CONFLICT (code) DO NOTHING"))
	if err == nil && n == 0 {
		err = archive.Fail(archive.Conflict, "code-taken")
	}
	return err
}

// TakeHelp returns the work to which a code leads, and ends the code. NotFound "help-missing", also when its time is over.
func (tx *Tx) TakeHelp(ctx context.Context, code SecretDigest) (archive.WorkID, error) {
	work, err := one(ctx, tx.q, sql("DELETE FROM help WHERE code = ? AND expires > ? RETURNING work", string(code), tx.now.UnixMicro()), value[archive.WorkID])
	return work, missing(err, "help-missing")
}

// PutFollow lets a link lead to a work, in place of the work's former one; the digest "" only ends that.
func (tx *Tx) PutFollow(ctx context.Context, token SecretDigest, work archive.WorkID) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM follow WHERE work = ?", work)); err != nil {
		return fmt.Errorf("end the link of work %s: %w", work, err)
	}
	if token == "" {
		return nil
	}
	if _, err := run(ctx, tx.q, sql("INSERT INTO follow (token, work, made) VALUES ").values(string(token), work, tx.now.UnixMicro())); err != nil {
		return fmt.Errorf("keep the link of work %s: %w", work, err)
	}
	return nil
}

// FollowLasts is how long a link by which a work is followed opens it after it was made or renewed, or after the last decision about the work.
const FollowLasts = 365 * 24 * time.Hour

// lastDecision is when somebody last decided about the work of link f; its condition is that of an index.
const lastDecision = `coalesce((SELECT max(e.time) FROM event e WHERE e.work = f.work AND substr(e.detail, 1, 14) = '{"decision":1,'), 0)`

// RenewFollow lets the link of a work lead to it for another while. NotFound "follow-missing" when there is none, or it has ended.
func (tx *Tx) RenewFollow(ctx context.Context, work archive.WorkID) error {
	ended := tx.now.Add(-FollowLasts).UnixMicro()
	n, err := run(ctx, tx.q, sql("UPDATE follow AS f SET made = ? WHERE f.work = ? AND (f.made > ? OR "+lastDecision+" > ?)", tx.now.UnixMicro(), work, ended, ended))
	if err != nil {
		return fmt.Errorf("renew the link of work %s: %w", work, err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "follow-missing")
	}
	return nil
}

// Followed returns the work to which a link leads that has not ended. Forbidden "staff-only"; NotFound "follow-missing".
func (r *Reader) Followed(ctx context.Context, token SecretDigest) (archive.WorkID, error) {
	if err := r.staffOnly(); err != nil {
		return "", err
	}
	ended := r.c.now().Add(-FollowLasts).UnixMicro()
	s := sql("SELECT f.work FROM follow f WHERE f.token = ? AND (f.made > ? OR "+lastDecision+" > ?)", string(token), ended, ended)
	work, err := one(ctx, r.c.db.read(), s, value[archive.WorkID])
	if errors.Is(err, errNoRow) {
		return "", archive.Fail(archive.NotFound, "follow-missing")
	}
	return work, r.c.fail(ctx, "look up who follows a work", err)
}

// FollowEnds returns until when a link leads to a work, the zero time when none does. Forbidden "staff-only".
func (r *Reader) FollowEnds(ctx context.Context, work archive.WorkID) (time.Time, error) {
	if err := r.staffOnly(); err != nil {
		return time.Time{}, err
	}
	var made, decided int64
	_, err := one(ctx, r.c.db.read(), sql("SELECT f.made, "+lastDecision+" FROM follow f WHERE f.work = ?", work), func(row scanner) (bool, error) {
		return true, row.Scan(&made, &decided)
	})
	if errors.Is(err, errNoRow) {
		return time.Time{}, nil
	}
	made = max(made, decided)
	ends := moment(&made).Add(FollowLasts)
	if err != nil || !r.c.now().Before(ends) {
		return time.Time{}, r.c.fail(ctx, "look up who follows a work", err)
	}
	return ends, nil
}
