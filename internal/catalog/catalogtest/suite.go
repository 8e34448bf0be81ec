package catalogtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Run runs the whole suite on databases that fresh makes, each empty.
func Run(t *testing.T, fresh func(t testing.TB) catalog.Options) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s *suite)
	}{
		{"a work is read back as it was stored", testWorkRoundTrip},
		{"any text and any file name survives", testAnyText},
		{"a work that somebody else changed is not overwritten", testVersions},
		{"what a work points at must exist", testReferences},
		{"files stay and empty representations go", testRepresentations},
		{"an old address leads to its work", testSource},
		{"a file is known by its digest, path and key", testFiles},
		{"every reader obeys Viewer.Sees", testVisibility},
		{"a relation to a hidden work is hidden", testHiddenRelation},
		{"listings page through everything once, in order", testListing},
		{"a listing that grows meanwhile repeats nothing", testListingGrows},
		{"bad cursors and orders are refused", testBadCursor},
		{"counts follow changes and the clock", testCounts},
		{"agents are found by any of their names and listed in order", testAgents},
		{"collections nest, keep their order and do not loop", testCollections},
		{"a collection is known by what may be seen in it", testHiddenCollections},
		{"whom one may be told of is remembered while nothing changes", testKnownAgents},
		{"related works come in their order", testRelated},
		{"genres are seeded once and may be changed", testGenres},
		{"derivatives show their newest version", testDerivatives},
		{"readers see first what is ready", testReadyFirst},
		{"parts keep their ordinals when another file changes", testParts},
		{"what a person typed survives the recipes", testEditedParts},
		{"what is not a work is owed to the archive of record", testOwedRecords},
		{"events form a chain that nobody can edit", testEvents},
		{"settings are documents", testSettings},
		{"accounts have app passwords that can be revoked", testAccounts},
		{"an upload is its account's own and has one writer", testUploads},
		{"what an account sent, and files taken out again", testSent},
		{"codes and links lead to one work", testHelp},
		{"an intake is its account's own and keeps its rows", testIntakes},
		{"a device is signed in until it ends", testSessions},
		{"ended accounts are signed in nowhere", testEndedAccounts},
		{"a mailbox is written to once it is confirmed, and mailed notices are remembered", testMailboxes},
		{"an invitation lets in once", testInvitations},
		{"recordings are listed as players ask", testRecorded},
		{"what an account marks and hears is its own", testMarks},
		{"what waits for editors waits in its order", testQueue},
		{"licences that end are named in time", testLapsing},
		{"decisions of persons are found by their time", testDecisions},
		{"comments are for staff", testComments},
		{"cases have a deadline and an outcome", testCases},
		{"an unfinished edit is its account's own and goes back step by step", testEdits},
		{"agents are found by the beginnings of the words of any name", testFindAgents},
		{"a report counts as one who counts by hand", testReport},
		{"what people do beside works is on record", testDeeds},
		{"a setting that somebody else changed is not overwritten", testStamps},
		{"a failed update leaves nothing", testRollback},
		{"a cancelled update leaves nothing", testCancelled},
		{"an update within an update is refused", testNested},
		{"concurrent updates all happen", testConcurrent},
		{"changes are collapsed and ordered", testChanges},
		{"no reader of the change sequence misses a row", testChangeOrder},
		{"a change is heard of without asking", testHeard},
		{"opening and closing works are announced", testAnnouncements},
		{"indexers report and are forgotten", testIndexers},
		{"object locks exclude, queue and fence", testObjectLock},
		{"jobs run and retry as they should", testJobOutcomes},
		{"one job is stopped, whether it waits or runs", testStopOne},
		{"unique jobs are not enqueued twice", testUniqueJobs},
		{"a change while both of a unique job run has a run of its own", testUniqueWhileBothRun},
		{"jobs end softly or are put back", testStopJobs},
		{"periodic jobs are enqueued once", testPeriodic},
		{"heavy jobs do not hold up light ones", testQueues},
		{"jobs are enqueued with their transaction or not at all", testEnqueueRollback},
		{"a person of the name is made once by many", testAgentRace},
	} {
		t.Run(test.name, func(t *testing.T) {
			opt := fresh(t)
			clock := &Clock{now: time.Date(2023, 11, 21, 7, 30, 0, 123456000, time.UTC)}
			opt.Now = clock.Now
			test.run(t, &suite{t: t, opt: opt, clock: clock, Catalog: OpenWith(t, opt)})
		})
	}
}

// Clock is a clock that tests set.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time set, a microsecond later at each call, so that no two things happen at the same instant.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// suite is one test's catalogue.
type suite struct {
	*catalog.Catalog
	t     *testing.T
	opt   catalog.Options
	clock *Clock
}

func (s *suite) ctx() context.Context { return s.t.Context() }

// system reads everything.
func (s *suite) system() *catalog.Reader { return s.Reader(archive.System("test")) }

func (s *suite) public() *catalog.Reader { return s.Reader(archive.Public()) }

// must ends the test at an error.
func (s *suite) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// wants checks code and reason of an error.
func (s *suite) wants(err error, code archive.Code, reason archive.Reason) {
	s.t.Helper()
	if archive.CodeOf(err) != code || archive.ReasonOf(err) != reason {
		s.t.Fatalf("error is %q, want %s: %s", fmt.Sprint(err), code, reason)
	}
}

func equal[T comparable](s *suite, what string, got, want T) {
	s.t.Helper()
	if got != want {
		s.t.Fatalf("%s is %v, want %v", what, got, want)
	}
}

// update is Update without the context, which every test has at hand.
func (s *suite) update(fn func(tx *catalog.Tx) error) error {
	return s.Update(s.ctx(), func(_ context.Context, tx *catalog.Tx) error { return fn(tx) })
}

// put stores works and ends the test when it cannot.
func (s *suite) put(works ...*archive.Work) {
	s.t.Helper()
	s.must(s.update(func(tx *catalog.Tx) error {
		for _, w := range works {
			if err := tx.PutWork(s.ctx(), w); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Work returns a new, published, public work with one representation and one archived file; with changes it.
func Work(title string, with ...func(w *archive.Work)) *archive.Work {
	w := &archive.Work{
		ID: archive.NewID[archive.WorkID](), Genre: "tho", Title: title, Language: "vi",
		State: archive.Published, Audience: archive.AudiencePublic,
		Published: time.Date(2023, 11, 21, 7, 0, 0, 0, time.UTC),
		Representations: []archive.Representation{{
			ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindText, Medium: archive.Text, Files: []archive.File{File("a.txt")},
		}},
	}
	for _, change := range with {
		change(w)
	}
	return w
}

// File returns a new archived file.
func File(name string) archive.File {
	id := archive.NewID[archive.FileID]()
	return archive.File{
		ID: id, Name: name, Path: "folder/" + name, Digest: archive.Digest(strings.Repeat("0", 116) + fmt.Sprintf("%x", id)[:12]),
		SHA256: strings.Repeat("1", 64), Size: 5, Type: "text/plain", Format: "text", State: archive.FileArchived,
		Key: "archive/" + string(id),
	}
}

// putAgent stores an agent of that name, of which nobody said whether it is real.
func (s *suite) putAgent(name string) archive.AgentID {
	s.t.Helper()
	a := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: name}}}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutAgent(s.ctx(), a) }))
	return a.ID
}

// putCollection stores a collection of that title.
func (s *suite) putCollection(title string, parent archive.CollectionID) archive.CollectionID {
	s.t.Helper()
	c := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: title, Parent: parent}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutCollection(s.ctx(), c) }))
	return c.ID
}

func titles(works []archive.Work) string {
	list := make([]string, len(works))
	for i, w := range works {
		list[i] = w.Title
	}
	return strings.Join(list, ", ")
}
