package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"

	"vannghe/internal/catalog"
)

// uppyClient sends a file that the page makes, and says in window.said how that ended. Its digest is in window.digest.
const uppyClient = `
import Uppy from "@uppy/core"
import Tus from "@uppy/tus"
window.send = async size => {
	const data = new Uint8Array(size)
	for (let i = 0; i < size; i += 65536) crypto.getRandomValues(data.subarray(i, Math.min(size, i + 65536)))
	const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", data))
	window.digest = Array.from(sum, b => b.toString(16).padStart(2, "0")).join("")
	const u = new Uppy({autoProceed: true})
	u.use(Tus, {endpoint: "/files", retryDelays: Array(1000).fill(20), onShouldRetry: () => true})
	u.on("complete", r => { window.said = r.successful.length === 1 ? "sent" : "failed" })
	u.on("error", e => { window.said = String(e) })
	u.addFile({name: "ảnh.bin", type: "application/octet-stream", data: new Blob([data])})
}`

func bundle(t *testing.T, source string) string {
	t.Helper()
	ui, err := filepath.Abs("ui")
	must(t, err)
	out := api.Build(api.BuildOptions{Stdin: &api.StdinOptions{Contents: source, ResolveDir: ui}, Bundle: true, Format: api.FormatIIFE, LogLevel: api.LogLevelSilent})
	if len(out.Errors) > 0 || len(out.OutputFiles) != 1 {
		t.Fatalf("%+v", out.Errors)
	}
	return string(out.OutputFiles[0].Contents)
}

// TestUppyThroughABadLine does with Uppy in Chromium what TestUploadsThroughABadLine does with programs.
func TestUppyThroughABadLine(t *testing.T) {
	size, cuts := fromEnv(t, "VANNGHE_UPLOAD_BYTES", 6<<20), int(fromEnv(t, "VANNGHE_UPLOAD_CUTS", 4))
	if size > 1<<30 {
		size = 1 << 30
	}
	c := &child{Disk: t.TempDir()}
	cat, who := c.open(t)
	c.start()
	defer func() { c.kill() }()
	line := newBadLine(t, c.Addr, size, cuts, rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2)))
	line.at[cuts/2+1] = func() { c.kill(); c.start() }
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	defer stopAlloc()
	ctx, stop := chromedp.NewContext(alloc)
	defer stop()
	began := time.Now()
	must(t, chromedp.Do(ctx, chromedp.Navigate(line.url()+"/robots.txt")))
	for _, script := range []string{fmt.Sprintf(`document.cookie = "%s; path=/"`, who.cookie), bundle(t, uppyClient), fmt.Sprintf("void window.send(%d)", size)} {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script)); err != nil {
			t.Fatal(err)
		}
	}
	said := ""
	until(t, 20*time.Minute, func() bool {
		var err error
		said, err = chromedp.Run(ctx, chromedp.Evaluate[string]("window.said ?? ''"))
		must(t, err)
		return said != ""
	})
	digest, err := chromedp.Run(ctx, chromedp.Evaluate[string]("window.digest"))
	must(t, err)
	if said != "sent" || line.cutSoFar() != cuts {
		t.Errorf("Uppy says %q after %d cuts, want %d", said, line.cutSoFar(), cuts)
	}
	c.holds(t, cat, who.viewer, trial{size: size, digest: digest})
	all, err := cat.Reader(who.viewer).Uploads(t.Context(), 1)
	if err != nil || all[0].State != catalog.UploadWhole || all[0].Name != "ảnh.bin" {
		t.Errorf("%+v, %v", all, err)
	}
	t.Logf("%d MiB in %s, %d cuts", size>>20, time.Since(began).Round(time.Millisecond), cuts)
}
