package catalog

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// News is what others did about a work that an account has sent.
type News struct {
	Work  archive.WorkID
	Title string
	Time  time.Time
	Kind  archive.EventType // "" for a comment
	Key   string            // which names it
}

// OwnNews lists what others decided and wrote about the works that an account has sent, since a time, the latest first. It is for that account alone.
func (r *Reader) OwnNews(ctx context.Context, account archive.AccountID, since time.Time, limit int) ([]News, error) {
	own := ` IN (SELECT coalesce(m.merged, m.id) FROM event o JOIN work m ON m.id = o.work WHERE o.agent = ? AND o.type IN ('creation', 'submission'))`
	s := sql(`SELECT e.work, w.title, e.time, e.type, e.work || '.' || CAST(e.sequence AS TEXT) FROM event e JOIN work w ON w.id = e.work
		WHERE e.time >= ? AND e.agent <> ? AND e.outcome = 'success' AND e.type IN (?, ?, ?, ?) AND e.work`+own, since.UnixMicro(), account,
		archive.EventRequest, archive.EventPublication, archive.EventWithdrawal, archive.EventRestoration, account)
	s.add(` UNION ALL SELECT c.work, w.title, c.at, '', c.id FROM comment c JOIN work w ON w.id = c.work
		WHERE c.at >= ? AND c.account <> ? AND c.work`+own, since.UnixMicro(), account, account)
	list, err := collect(ctx, r.c.db.read(), s.add(" ORDER BY 3 DESC, 5 LIMIT ?", limit), func(row scanner) (n News, err error) {
		var at int64
		err = row.Scan(&n.Work, &n.Title, &at, &n.Kind, &n.Key)
		n.Time = moment(&at)
		return n, err
	})
	return list, r.c.fail(ctx, "read what is new for a sender", err)
}

// SeenNotices returns which of the notices of an account it has looked at.
func (r *Reader) SeenNotices(ctx context.Context, account archive.AccountID) (map[string]bool, error) {
	seen := map[string]bool{}
	err := each(ctx, r.c.db.read(), sql("SELECT key FROM notice_seen WHERE account = ?", account), func(row scanner) error {
		key, err := value[string](row)
		seen[key] = true
		return err
	})
	return seen, r.c.fail(ctx, "read which notices were seen", err)
}

// SeeNotices notes that an account has looked at notices. What it looked at before that time is forgotten: such notices are not told any more.
func (tx *Tx) SeeNotices(ctx context.Context, account archive.AccountID, keys []string, before time.Time) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM notice_seen WHERE account = ? AND at < ?", account, before.UnixMicro())); err != nil {
		return fmt.Errorf("forget old notices: %w", err)
	}
	for _, key := range keys {
		s := upsert("notice_seen", "account, key", []string{"account", "key", "at"}, account, text(key), tx.now.UnixMicro())
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("note that a notice was seen: %w", err)
		}
	}
	return nil
}
