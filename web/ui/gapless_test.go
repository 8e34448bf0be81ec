package ui_test

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestAlbums plays an album's songs in a real browser: without a gap, on its own page and in the bar, sought in, and where they cannot be put together.
func TestAlbums(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	for sentence, c := range map[string]struct {
		check func(tab, *testing.T, string)
		watch string
	}{
		"nothing lies between two songs": {tab.nothingBetween, record}, "it goes on in the bar": {tab.albumInTheBar, watchVoices},
		"songs that cannot be put together are played apart": {tab.albumApart, watchVoices}, "it is sought in": {tab.albumSeeks, watchVoices},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := browser(t) // of its own: what is listened to is kept
			b.always(t, watchPolicy)
			b.always(t, c.watch)
			c.check(b, t, site.URL)
		})
	}
}

// serveRecorder is the part of the recorder that runs beside the sound.
func serveRecorder(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript")
	_, _ = io.WriteString(w, `registerProcessor("recorder", class extends AudioWorkletProcessor {
		process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true }
	})`)
}

// record keeps every sample that any media element of the page gives out, at the rate of the files, so that none is resampled.
const record = `(() => {
	window.sound = []; window.voices = new Set();
	let ready;
	const prepare = async () => {
		const context = new AudioContext({sampleRate: 48000});
		await context.audioWorklet.addModule("/sample/recorder.js");
		const recorder = new AudioWorkletNode(context, "recorder");
		recorder.port.onmessage = e => window.sound.push(e.data);
		recorder.connect(context.destination);
		await context.resume();
		return {context, recorder};
	};
	const play = HTMLMediaElement.prototype.play;
	HTMLMediaElement.prototype.play = async function() {
		ready ??= prepare();
		const {context, recorder} = await ready;
		if (!window.voices.has(this)) { window.voices.add(this); context.createMediaElementSource(this).connect(recorder); }
		return play.call(this);
	};
})()`

// heard tells of what was recorded: its length from the first to the last sound, the longest silence within it, and by how many samples the
// tone is out of step on both sides of the cut, all in samples of 1/48000 s.
const heard = `(() => {
	const all = new Float32Array(window.sound.reduce((n, s) => n + s.length, 0));
	let at = 0;
	for (const s of window.sound) { all.set(s, at); at += s.length; }
	let first = 0, last = all.length - 1;
	while (first < all.length && Math.abs(all[first]) < 0.01) first++;
	while (last > first && Math.abs(all[last]) < 0.01) last--;
	let silence = 0, run = 0;
	for (let i = first; i <= last; i++) { run = Math.abs(all[i]) < 0.001 ? run + 1 : 0; silence = Math.max(silence, run); }
	const turn = 2 * Math.PI * 330.3 / 48000, phase = from => {
		let [re, im] = [0, 0];
		for (let i = from; i < from + 1454; i++) { re += all[i] * Math.cos(turn * i); im -= all[i] * Math.sin(turn * i); } // ten oscillations
		return Math.atan2(im, re);
	};
	let step = phase(first + 192000 + 4800) - phase(first + 192000 - 4800 - 1454);
	step -= 2 * Math.PI * Math.round(step / (2 * Math.PI));
	return [last - first, silence, step / turn];
})()`

// nothingBetween plays one tone that was cut into two songs and looks at every sample that comes out. A machine that is busy
// may lose some of them anywhere, so that it plays again when it did; a gap that is ours comes every time.
func (b tab) nothingBetween(t *testing.T, site string) {
	var length, silence, step float64
	for range 3 {
		b.fresh(t, site+"/tuyen-tap", 1280)
		b.click(t, "[data-file=bai1] media-play-button")
		b.await(t, `document.querySelectorAll("audio")[1].ended`)
		found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](heard))
		if err != nil {
			t.Fatal(err)
		}
		length, silence, step = found[0], found[1], found[2]
		t.Logf("%.0f samples of 384000, the longest silence %.0f, the tone is out of step by %.2f", length, silence, step)
		if silence <= 48 && math.Abs(step) <= 4 {
			break
		}
	}
	if silence > 48 || math.Abs(step) > 4 || length < 384000-9600 || length > 384000+480 {
		t.Errorf("between two songs lie %.0f samples of silence, the tone is out of step by %.2f samples, and %.0f are heard", silence, step, length)
	}
	b.nothingRefused(t)
}

// watchVoices keeps every element that sounds.
const watchVoices = `(() => { window.voices = new Set(); const play = HTMLMediaElement.prototype.play;
	HTMLMediaElement.prototype.play = function() { window.voices.add(this); return play.call(this); } })()`

// The bar at the foot of another page plays an album as its own page does: by one element.
func (b tab) albumInTheBar(t *testing.T, site string) {
	b.fresh(t, site+"/tuyen-tap", 1280)
	b.click(t, "[data-file=bai1] media-play-button")
	b.await(t, `document.querySelector("audio").currentTime > 1`)
	b.open(t, site+"/tho", 1280)
	b.await(t, `document.querySelector(".listening-what a")?.textContent === "Đò dọc" && document.querySelector(".listening input").value >= 1`)
	b.equal(t, `window.voices.size + " " + [...window.voices][0].src.startsWith("blob:")`, "1 true")
	b.click(t, ".listening-previous")
	b.await(t, `document.querySelector(".listening-what a").textContent === "Con nước lớn ròng" && document.querySelector(".listening input").value >= 1`)
	b.equal(t, `window.voices.size + ""`, "1")
	b.nothingRefused(t)
}

// What cannot be put together is played as it came, from where it stood.
func (b tab) albumApart(t *testing.T, site string) {
	for sentence, fault := range map[string]string{
		"the index is not in front": `window.fetch = async () => new Response(new Uint8Array([0,0,0,8,0x6d,0x64,0x61,0x74]))`,
		"the line is dead":          `window.fetch = () => Promise.reject(new TypeError("no line"))`,
	} {
		t.Run(sentence, func(t *testing.T) {
			b.fresh(t, site+"/tuyen-tap", 360)
			b.equal(t, `(() => { `+fault+`; const a = document.querySelector("audio"); a.currentTime = 2; return String(a.currentTime) })()`, "2")
			b.click(t, "[data-file=bai1] media-play-button")
			b.await(t, `document.querySelector("audio").currentTime > 2.2 && !Object.hasOwn(document.querySelector("audio"), "currentTime")`)
			b.await(t, `document.querySelectorAll("audio")[1].currentTime > 0.2 && document.querySelector("audio").paused`)
			b.nothingRefused(t)
		})
	}
}

// A seek ahead to what has not come, or back to what was let go of, fetches it, and no more than is soon heard. The second song is given out as
// one of a minute and a half.
func (b tab) albumSeeks(t *testing.T, site string) {
	b.always(t, `(() => { const fetched = window.fetch; window.fetch = (a, o) => fetched(String(a).replace("bai2", "dai"), o) })()`)
	b.fresh(t, site+"/tuyen-tap", 360)
	b.click(t, "[data-file=bai2] media-play-button")
	b.await(t, `document.querySelectorAll("audio")[1].currentTime > 0.5 && document.querySelector("audio").paused`)
	b.equal(t, `String(document.querySelectorAll("audio")[1].currentTime = 80)`, "80")
	b.await(t, `document.querySelectorAll("audio")[1].currentTime > 80.3`)
	b.equal(t, `String(document.querySelectorAll("audio")[1].currentTime = 1)`, "1")
	b.await(t, `document.querySelectorAll("audio")[1].currentTime > 1.3 && document.querySelectorAll("audio")[1].currentTime < 10`)
	b.equal(t, `(() => { const [line] = window.voices; return line.buffered.length + " " + (line.buffered.end(0) < 40) })()`, "1 true")
	b.equal(t, `(() => { const song = document.querySelectorAll("audio")[1]; song.currentTime = 89; song.playbackRate = 1.5; return "" })()`, "")
	b.await(t, `document.querySelectorAll("audio")[1].ended`)
	b.click(t, "[data-file=bai1] media-play-button")
	b.await(t, `document.querySelector("audio").currentTime > 0.3`)
	b.equal(t, `(() => { document.querySelector("audio").pause(); document.querySelector("audio").currentTime = 3.5; return document.querySelector("audio").currentTime + " " + document.querySelector("audio").paused })()`, "3.5 true")
	b.click(t, "[data-file=bai1] media-play-button")
	b.await(t, `document.querySelectorAll("audio")[1].currentTime > 0.2 && document.querySelector("audio").ended`)
	b.equal(t, `document.querySelectorAll("audio")[1].playbackRate + ""`, "1")
	b.nothingRefused(t)
}
