package message

import "vannghe/internal/archive"

// LastRun says when something (what: "backup", "fixity") was done for the archive last, and how that ended: of tries that failed, why, and when one last did not.
func (c *Catalogue) LastRun(what string, last archive.LastRun) string {
	key := "keeping." + what
	switch {
	case last.Failed != nil:
		return c.broken(key, last)
	case last.Time.IsZero():
		return c.Text(key + "-none")
	case last.Problems > 0:
		return c.Text(key+"-problems", c.Day(last.Time), last.Problems)
	default:
		return c.Text(key+"-well", c.Day(last.Time))
	}
}

func (c *Catalogue) broken(key string, last archive.LastRun) string {
	f := last.Failed
	args := make([]any, len(f.Args))
	for i, arg := range f.Args {
		args[i] = arg
	}
	why := c.Sentence(archive.Fail(archive.Internal, f.Reason, args...))
	if last.Time.IsZero() {
		return c.Text(key+"-never", c.Day(f.Time), c.Hour(f.Time), why)
	}
	return c.Text(key+"-failed", c.Day(f.Time), c.Hour(f.Time), why, c.Day(last.Time))
}
