package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/pulse"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// What a person is told to look at.
const (
	waitsLong    = time.Hour // a job
	lagsBehind   = 1000      // changes that an index lacks
	slowShare    = 20        // every twentieth answer
	slowAtLeast  = 40        // answers, before anything is said of a share of them
	lookedBackOn = time.Hour
)

// Health shows what this server measured of itself in the last day, in sentences and curves.
func (h *Handler) Health(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	now, err := h.Pulse.Now(v.ctx)
	if err != nil {
		return err
	}
	kept, err := v.Office.Keeping(v.ctx, operator())
	if err != nil {
		return err
	}
	silent := h.Bucket.Ping(v.ctx) != nil
	day := append(h.Pulse.Day(), now)
	view := ui.Health{
		Lead:    v.text.Text("health.lead", v.text.Day(h.Pulse.Began()), h.Pulse.Began().In(archive.Vietnam).Format("15:04")),
		Trouble: append(v.troubles(day, silent), v.unsaved(kept.Backup)...),
		Curves:  v.curves(day),
		Back:    ui.Link{Label: v.text.Text("operate.title"), URL: v.text.Path(address.Operate)},
	}
	return respond.Unkept(v.c, fiber.StatusOK, ui.HealthPage(v.text, v.deskPage(v.text.Text("health.title"), address.Health), view))
}

// hour adds up what came to pass in the last hour.
func hour(day []pulse.Sample) (sum pulse.Sample) {
	since := day[len(day)-1].Time.Add(-lookedBackOn)
	for _, s := range day {
		if s.Time.After(since) {
			sum.Requests += s.Requests
			sum.Failed += s.Failed
			sum.Slow += s.Slow
			sum.Silences += s.Silences
		}
	}
	return sum
}

// troubles says what needs somebody, the gravest first.
func (v *visit) troubles(day []pulse.Sample, silent bool) (list []string) {
	now, lately := day[len(day)-1], hour(day)
	say := func(when bool, key string, args ...any) {
		if when {
			list = append(list, v.text.Text("health."+key, args...))
		}
	}
	waited := time.Duration(0)
	if !now.Oldest.IsZero() {
		waited = now.Time.Sub(now.Oldest)
	}
	say(silent, "storage-silent")
	say(!silent && lately.Silences > 0, "storage-failed", lately.Silences)
	say(lately.Failed > 0, "errors", lately.Failed)
	say(waited > waitsLong, "waits-long", v.age(waited))
	say(now.Behind > lagsBehind, "search-behind", now.Behind)
	say(lately.Requests > slowAtLeast && lately.Slow*slowShare > lately.Requests, "slow", 100*lately.Slow/max(1, lately.Requests))
	return list
}

// unsaved says that there is no backup of today's archive, where that needs somebody.
func (v *visit) unsaved(last archive.LastRun) []string {
	if last.Failed == nil && last.Problems == 0 && !office.LateBackup(last) {
		return nil
	}
	return []string{v.text.LastRun("backup", last)}
}

// curves draws the day.
func (v *visit) curves(day []pulse.Sample) []ui.Curve {
	now, lately := day[len(day)-1], hour(day)
	var oldest time.Duration
	if !now.Oldest.IsZero() {
		oldest = now.Time.Sub(now.Oldest)
	}
	list := []ui.Curve{
		v.curve("requests", day, func(s pulse.Sample) float64 { return float64(s.Requests) }, now.Requests),
		v.curve("millis", day, func(s pulse.Sample) float64 { return float64(s.Mean().Milliseconds()) }, now.Mean().Milliseconds()),
		v.curve("failed", day, func(s pulse.Sample) float64 { return float64(s.Failed) }, lately.Failed),
		v.curve("waiting", day, func(s pulse.Sample) float64 { return float64(s.Waiting) }, now.Waiting, v.age(oldest)),
		v.curve("silences", day, func(s pulse.Sample) float64 { return float64(s.Silences) }, lately.Silences),
		v.curve("behind", day, func(s pulse.Sample) float64 { return float64(s.Behind) }, now.Behind),
	}
	if v.Pulse.Cache != nil {
		list = append(list, v.curve("hits", day, hitShare, int(hitShare(now))))
	}
	return append(list, v.curve("memory", day, func(s pulse.Sample) float64 { return float64(s.Memory) }, v.text.Size(now.Memory)))
}

// hitShare is how many of a hundred reads the cache answered.
func hitShare(s pulse.Sample) float64 {
	if s.Hits+s.Misses == 0 {
		return 0
	}
	return 100 * float64(s.Hits) / float64(s.Hits+s.Misses)
}

func (v *visit) curve(key string, day []pulse.Sample, of func(pulse.Sample) float64, args ...any) ui.Curve {
	values := make([]float64, len(day))
	for i, s := range day {
		values[i] = of(s)
	}
	return ui.Curve{Title: v.text.Text("health." + key), Now: v.text.Text("health."+key+"-now", args...), Values: values, Slots: pulse.Samples}
}
