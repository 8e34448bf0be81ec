package page

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// manyJobs is how many jobs are named.
const manyJobs = 100

// openJobs adds what runs and what waits.
func (v *visit) openJobs(view *ui.Operate) error {
	counts, err := v.Catalog.JobCounts(v.ctx)
	if err != nil {
		return err
	}
	list, err := v.Catalog.Reader(operator()).OpenJobs(v.ctx, manyJobs)
	if err != nil {
		return err
	}
	view.Stop, view.Counts = v.text.Path(address.StopJob), v.text.Text("operate.counts", counts.Running, counts.Waiting)
	if counts.Running+counts.Waiting == 0 {
		view.Counts = v.text.Text("operate.idle")
	}
	if v.c.Query("xong") != "" {
		view.Done = v.text.Text("operate.stopping")
	}
	for i := range list {
		if job := v.openJob(&list[i]); list[i].Running {
			view.Running = append(view.Running, job)
		} else {
			view.Waiting = append(view.Waiting, job)
		}
	}
	return nil
}

func (v *visit) openJob(j *catalog.OpenJob) ui.OpenJob {
	job := ui.OpenJob{Number: strconv.FormatInt(j.Number, 10), What: v.text.Text("job.other"), Title: j.Title, CanStop: j.Kind == derive.JobDerive && !j.Stopped}
	if key := "job." + string(j.Kind); v.text.Has(key) {
		job.What = v.text.Text(key)
	}
	if j.Recipe != "" {
		job.What = ui.MakingName(v.text, j.Recipe)
	}
	if j.Name != "" {
		job.Name = media.SafeName(j.Name)
	}
	age := v.age(time.Since(j.Since))
	switch {
	case j.Stopped:
		job.Since = v.text.Text("operate.ending")
	case j.Running && j.Done >= 0:
		job.Since = v.text.Text("operate.runs-done", age, j.Done)
	case j.Running:
		job.Since = v.text.Text("operate.runs-since", age)
	case j.Stalled:
		job.Since = v.text.Text("operate.stalled-since", age)
	case j.Tries > 0:
		job.Since = v.text.Text("operate.again-since", age, j.Tries)
	default:
		job.Since = v.text.Text("operate.waits-since", age)
	}
	return job
}

// age words how long something lasts already: in days, hours or minutes.
func (v *visit) age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return v.text.Text("age.days", int(d.Hours()/24))
	case d >= 2*time.Hour:
		return v.text.Text("age.hours", int(d.Hours()))
	case d >= time.Minute:
		return v.text.Text("age.minutes", int(d.Minutes()))
	default:
		return v.text.Text("age.moment")
	}
}

// StopJob ends what is being made, or waits to be.
func (h *Handler) StopJob(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(c.FormValue("viec"), 10, 64)
	if err != nil {
		return archive.Fail(archive.NotFound, "job-missing").Because(err)
	}
	by := v.viewer
	if !by.SignedIn() { // the route let the machine's own token in
		by = operator()
	}
	if err := derive.Stop(v.ctx, h.Catalog, by, number); err != nil {
		return err
	}
	return v.seeOther(address.Operate + "?xong=1")
}

// keeping adds what the archive takes, how full the disk is, and what is known of backups and of the state of the originals.
func (v *visit) keeping(view *ui.Operate) error {
	k, err := v.Office.Keeping(v.ctx, operator())
	if err != nil {
		return err
	}
	say := func(key string, args ...any) {
		view.Keeping = append(view.Keeping, v.text.Text("keeping."+key, args...))
	}
	m := k.Measured
	if m.Time.IsZero() {
		say("unmeasured")
	} else {
		say("held", v.text.Size(m.Originals), v.text.Size(m.Derived), v.text.Size(m.Staging), v.text.Day(m.Time))
	}
	if m.Disk > 0 {
		say("disk", v.text.Size(m.Free), v.text.Size(m.Disk), int(100*(m.Disk-m.Free)/m.Disk))
		if k.Weeks >= 0 {
			say("weeks", k.Weeks)
		} else {
			say("no-pace")
		}
	} else if !m.Time.IsZero() {
		say("disk-elsewhere")
	}
	view.Keeping = append(view.Keeping, v.text.LastRun("backup", k.Backup), v.text.LastRun("fixity", k.Fixity))
	v.damaged(view, &k)
	return nil
}

// damaged gathers by work what the last check of the archive found.
func (v *visit) damaged(view *ui.Operate, k *office.Keeping) {
	at := map[archive.WorkID]int{}
	open := 0
	for _, d := range k.Damages {
		if d.Name != "" {
			d.Name = media.SafeName(d.Name)
		}
		i, known := at[d.Work]
		if !known {
			i = len(view.Damaged)
			at[d.Work] = i
			work := ui.DamagedWork{Title: v.text.Text("keeping.damages-archive")}
			if d.Work != "" {
				work = ui.DamagedWork{Title: d.Title, URL: v.text.Path(address.Work(d.Work, d.Title))}
			}
			view.Damaged = append(view.Damaged, work)
		}
		view.Damaged[i].Lines = append(view.Damaged[i].Lines, ui.DamagedLine{What: v.text.Damage(d), Advice: v.text.DamageAdvice(d)})
		if !d.Repaired {
			open++
		}
	}
	view.Lead = v.text.Text("keeping.damages-lead", v.text.Day(k.Fixity.Time))
	if more := k.Fixity.Problems - open; more > 0 {
		view.More = v.text.Text("keeping.damages-more", more)
	}
}
