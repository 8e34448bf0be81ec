package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a real headless Chromium that notes everything a page should not do.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	origin   string
	problems []string
}

// patience is how long Chromium may take for one task of a test on a loaded machine.
const patience = 90 * time.Second

// chromium starts a browser of its own profile. A missing Chromium fails the test.
func chromium(t *testing.T, origin string, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path := ""
	for _, p := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(p); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Fatal("Chromium is missing: apt-get install chromium (make test does it)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("autoplay-policy", "no-user-gesture-required"),
		chromedp.Flag("mute-audio", true), chromedp.Flag("hide-scrollbars", true))
	options = append(options, more...)
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() { stop(); stopAlloc() })
	b := &browser{t: t, ctx: ctx, origin: origin}
	if err := chromedp.Do(ctx); err != nil { // starts it: no deadline may hang on this call
		t.Fatalf("start Chromium: %v", err)
	}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatalf("listen to Chromium: %v", err)
	}
	for _, enable := range []cdp.Command[cdp.Empty, cdp.Empty]{log.Enable, runtime.Enable} {
		if _, err := chromedp.Call(ctx, enable, cdp.Empty{}); err != nil {
			t.Fatalf("enable events: %v", err)
		}
	}
	return b
}

// note collects script errors, blocked resources (CSP) and requests to anybody but the archive.
func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.problems = append(b.problems, "console: "+e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		u := e.Request.URL
		if !strings.HasPrefix(u, b.origin) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && !strings.HasPrefix(u, "about:") {
			b.problems = append(b.problems, "request to a third party: "+u)
		}
	}
}

// clean fails the test when the browser noted a problem since the last call.
func (b *browser) clean(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.t.Errorf("%s: %s", where, p)
	}
	b.problems = nil
}

// do runs browser actions within the patience.
func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.shot("failed")
		b.t.Fatalf("in the browser: %v", err)
	}
}

// truth waits until a JavaScript expression is true.
func (b *browser) truth(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(50*time.Millisecond))); err != nil {
		b.shot("failed")
		b.t.Fatalf("not true: %s: %v", expression, err)
	}
}

// still waits as truth does, but asks from outside: where scripts are off no timer of the page runs.
func (b *browser) still(expression string) {
	b.t.Helper()
	until(b.t, patience, expression, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && ok // a page that is just being left answers with an error
	})
}

// value evaluates an expression.
func value[T any](b *browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return v
}

// script runs a statement.
func (b *browser) script(statement string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](statement))
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.origin+path), chromedp.WaitReady(chromedp.CSS("body")))
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

func (b *browser) width(px int64) {
	b.t.Helper()
	if px < 600 {
		b.do(chromedp.EmulateViewport(px, 780, chromedp.EmulateMobile))
		return
	}
	b.do(chromedp.EmulateViewport(px, 900))
}

func (b *browser) scripts(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatalf("switch scripts: %v", err)
	}
}

// shot keeps a picture of the whole page where VANNGHE_SHOTS says, for people to look at.
func (b *browser) shot(name string) {
	folder := os.Getenv("VANNGHE_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600)
	}
	if err != nil {
		b.t.Logf("screenshot %s: %v", name, err)
	}
}

// frame waits until an expression is true within the only frame of the page. Until the frame has loaded it has nothing to ask.
func (b *browser) frame(expression string) {
	b.t.Helper()
	until(b.t, patience, expression+" in the frame", func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		frames, err := chromedp.Run(ctx, chromedp.Nodes(chromedp.CSS("iframe")))
		if err != nil {
			return false
		}
		ok, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInFrame(frames[0]), chromedp.WithPollingTimeout(time.Second)))
		return err == nil && ok
	})
}

// noted waits until the browser complained with these words, and forgets all complaints.
func (b *browser) noted(words string) {
	b.t.Helper()
	until(b.t, patience, "the browser says "+words, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return strings.Contains(strings.Join(b.problems, "\n"), words)
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = nil
}
