package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/tool/clamd/clamdtest"
)

const projectRoot = "../.."

// composeSecrets stand in the file .env in production.
func composeSecrets() []string {
	return []string{"DOMAIN=localhost", "TLS=internal", "MINIO_USER=khovannghe", "MINIO_PASSWORD=matkhauminio", "POSTGRES_PASSWORD=matkhaupostgres"}
}

// composed is what docker-compose itself makes of compose.yaml: with anchors and variables resolved.
type composed struct {
	Services map[string]service `yaml:"services"`
}

type service struct {
	Image       string `yaml:"image"`
	Build       struct{ Dockerfile string }
	Environment map[string]string `yaml:"environment"`
	Volumes     []string          `yaml:"volumes"`
	Ports       []any             `yaml:"ports"`
	Healthcheck struct{ Test []string }
}

func compose(t *testing.T, file string, args ...string) ([]byte, error) {
	t.Helper()
	cmd := exec.Command("docker-compose", append([]string{"-f", file}, args...)...)
	cmd.Env = append(os.Environ(), composeSecrets()...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState == nil {
		t.Fatalf("docker-compose (Debian package; make setup-test installs it): %v", err)
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, errs.String())
	}
	return out, err
}

// compose.yaml and the Dockerfiles are read by others' readers, which refuse broken ones.
func TestComposeIsValid(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(projectRoot + "/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := compose(t, projectRoot+"/compose.yaml", "config", "-q"); err != nil {
		t.Errorf("compose.yaml: %v %s", err, out)
	}
	for what, broken := range map[string]string{
		"an unknown word":             strings.Replace(string(text), "    restart: unless-stopped", "    restrat: unless-stopped", 1),
		"a volume that is not there":  strings.Replace(string(text), "\nvolumes:\n  web:\n", "\nvolumes:\n", 1),
		"a service that is not there": strings.Replace(string(text), "\n    postgres:\n", "\n    postgress:\n", 1),
	} {
		file := filepath.Join(t.TempDir(), "compose.yaml")
		write(t, filepath.Dir(file), "compose.yaml", broken)
		if broken == string(text) {
			t.Fatalf("%s: nothing was broken", what)
		}
		if _, err := compose(t, file, "config", "-q"); err == nil {
			t.Errorf("%s is valid", what)
		}
	}
	bad := filepath.Join(t.TempDir(), "Dockerfile")
	write(t, filepath.Dir(bad), "Dockerfile", "FROM debian\nRUNN true\n")
	for file, valid := range map[string]bool{projectRoot + "/cmd/vannghe/Dockerfile": true, projectRoot + "/storage/miniostore/Dockerfile": true, bad: false} {
		out, err := exec.Command("node", projectRoot+"/web/ui/build/dockerfile.mjs", file).CombinedOutput()
		if (err == nil) != valid {
			t.Errorf("%s: %v %s", file, err, out)
		}
	}
}

// installation is what compose.yaml starts, started by hand: the same programs with the same words in their environment, the same commands and the
// same health checks. Names of services are loopback ports here.
type installation struct {
	t        *testing.T
	services map[string]service
	places   *strings.Replacer // names of services → addresses here
	ports    map[string]string
	site     string
	logs     map[string]string // files
	client   *http.Client
}

func TestComposeByHand(t *testing.T) {
	t.Parallel()
	in := install(t)
	in.healthy("postgres", "minio", "web", "worker", "caddy")
	t.Run("the door", in.testDoor)
	t.Run("a work comes, is played and goes", in.testWork)
	t.Run("an upload", in.testUpload)
	t.Run("who asks", in.testWhoAsks)
}

func install(t *testing.T) *installation {
	t.Helper()
	out, err := compose(t, projectRoot+"/compose.yaml", "config")
	if err != nil {
		t.Fatal(err)
	}
	var file composed
	if err := yaml.Unmarshal(out, &file); err != nil {
		t.Fatal(err)
	}
	in := &installation{t: t, services: file.Services, ports: map[string]string{}, logs: map[string]string{}}
	for _, name := range []string{"web", "minio", "postgres", "https", "http", "health"} {
		_, in.ports[name], _ = net.SplitHostPort(freeAddress(t))
	}
	in.site = "https://localhost:" + in.ports["https"]
	scanner := clamdtest.Start(t)
	in.places = strings.NewReplacer(
		"minio:9000", "127.0.0.1:"+in.ports["minio"], "127.0.0.1:9000", "127.0.0.1:"+in.ports["minio"], ":9000", "127.0.0.1:"+in.ports["minio"],
		"postgres:5432", "127.0.0.1:"+in.ports["postgres"], "clamd:3310", scanner.Address(),
		"web:8080", "127.0.0.1:"+in.ports["web"], "127.0.0.1:8080", "127.0.0.1:"+in.ports["web"], ":8080", "0.0.0.0:"+in.ports["web"],
		"127.0.0.1:2020", "127.0.0.1:"+in.ports["health"], "https://localhost", in.site, "10.87.3.2", "127.0.0.1")
	postgres := in.services["postgres"].Environment
	catalogtest.PostgresWith(t, in.ports["postgres"], postgres["POSTGRES_USER"], postgres["POSTGRES_PASSWORD"], strings.Fields(postgres["POSTGRES_INITDB_ARGS"])...)
	drive := t.TempDir()
	minio := in.command("minio", os.Getenv("VANNGHE_MINIO"))
	for i, arg := range minio.Args {
		if arg == "/data" {
			minio.Args[i] = drive
		}
	}
	in.start("minio", minio)
	in.healthy("postgres", "minio") // as depends_on says
	for _, name := range []string{"web", "worker"} {
		in.start(name, in.vannghe(name, in.words(name)[1:]...))
	}
	in.startCaddy()
	return in
}

// words are the entry point and the command of the Dockerfile of a service.
func (in *installation) words(name string) []string {
	in.t.Helper()
	text, err := os.ReadFile(filepath.Join(projectRoot, in.services[name].Build.Dockerfile))
	if err != nil {
		in.t.Fatal(err)
	}
	var words []string
	for _, line := range regexp.MustCompile(`(?m)^(?:ENTRYPOINT|CMD) (\[.*\])$`).FindAllStringSubmatch(string(text), -1) {
		var list []string
		if err := yaml.Unmarshal([]byte(line[1]), &list); err != nil {
			in.t.Fatal(err)
		}
		words = append(words, list...)
	}
	if len(words) < 2 {
		in.t.Fatalf("%s has no command: %q", name, words)
	}
	for i := range words {
		words[i] = in.places.Replace(words[i])
	}
	return words
}

// environment is what compose.yaml says, with the addresses of here.
func (in *installation) environment(name string) []string {
	var list []string
	for key, value := range in.services[name].Environment {
		list = append(list, key+"="+in.places.Replace(value))
	}
	return list
}

func (in *installation) command(name, program string) *exec.Cmd {
	cmd := exec.Command(program, in.words(name)[1:]...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + in.t.TempDir()}, in.environment(name)...)
	return cmd
}

// vannghe is this test as the program, with the settings of a service and a data folder of its own.
func (in *installation) vannghe(name string, args ...string) *exec.Cmd {
	in.t.Helper()
	cmd := program(in.t, args...)
	data := in.t.TempDir()
	cmd.Env = append(cmd.Env, in.environment(name)...)
	cmd.Env = append(cmd.Env, "VANNGHE_DATA="+data)
	return cmd
}

func (in *installation) start(name string, cmd *exec.Cmd) {
	in.t.Helper()
	file, err := os.Create(filepath.Join(in.t.TempDir(), name))
	if err != nil {
		in.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = file, file
	if err := cmd.Start(); err != nil {
		in.t.Fatalf("start %s: %v", name, err)
	}
	in.logs[name] = file.Name()
	in.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if said, err := os.ReadFile(file.Name()); err == nil && in.t.Failed() {
			in.t.Logf("%s said: %.3000s", name, said)
		}
		_ = file.Close()
	})
}

// startCaddy starts Debian's Caddy with the file that compose.yaml gives to it.
func (in *installation) startCaddy() {
	in.t.Helper()
	var file string
	for _, v := range in.services["caddy"].Volumes {
		from, to, _ := strings.Cut(v, ":")
		if strings.HasPrefix(to, "/etc/caddy/Caddyfile") {
			file = from
		}
	}
	home := in.t.TempDir()
	cmd := exec.Command("caddy", "run", "--config", file, "--adapter", "caddyfile")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_DATA_HOME=" + home, "XDG_CONFIG_HOME=" + home,
		"HTTP_PORT=" + in.ports["http"], "HTTPS_PORT=" + in.ports["https"], "HEALTH_PORT=" + in.ports["health"]}, in.environment("caddy")...)
	in.start("caddy", cmd)
	root := filepath.Join(home, "caddy", "pki", "authorities", "local", "root.crt")
	pool := x509.NewCertPool()
	until(in.t, time.Minute, "Caddy's authority is there", func() bool {
		pem, err := os.ReadFile(root)
		return err == nil && pool.AppendCertsFromPEM(pem)
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		in.t.Fatal(err)
	}
	in.client = &http.Client{Timeout: time.Minute, Jar: jar, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// healthy runs the health checks of services as they stand in compose.yaml until they say yes.
func (in *installation) healthy(names ...string) {
	in.t.Helper()
	for _, name := range names {
		test := in.services[name].Healthcheck.Test
		if len(test) < 2 || test[0] != "CMD" {
			in.t.Fatalf("%s has no health check: %q", name, test)
		}
		var said []byte
		until(in.t, 2*time.Minute, name+" is healthy", func() bool {
			var cmd *exec.Cmd
			if test[1] == "vannghe" {
				cmd = in.vannghe(name, test[2:]...)
			} else {
				cmd = exec.Command(test[1], test[2:]...)
				for i := range cmd.Args {
					cmd.Args[i] = in.places.Replace(cmd.Args[i])
				}
				cmd.Env = append(os.Environ(), "PGHOST=127.0.0.1", "PGPORT="+in.ports["postgres"])
			}
			out, err := cmd.CombinedOutput()
			if said = out; err != nil && name == "worker" {
				in.t.Logf("%s", out)
			}
			return err == nil
		})
		in.t.Logf("%s is healthy: %.200s", name, said)
	}
}

// answer is what came through the door.
type answer struct {
	status int
	header http.Header
	body   string
	proto  int // 1 or 2
	tls    bool
	keeps  []*http.Cookie
}

func (in *installation) ask(t *testing.T, method, path string, header http.Header, body io.Reader) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, in.site+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for key, values := range header {
		req.Header[key] = values
	}
	resp, err := in.client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{resp.StatusCode, resp.Header, string(text), resp.ProtoMajor, resp.TLS != nil, resp.Cookies()}
}

// testDoor: TLS with HSTS, plain HTTP leads there, nothing is upgraded to a websocket, and only the door is open to the world.
func (in *installation) testDoor(t *testing.T) {
	start := in.ask(t, http.MethodGet, "/", nil, nil)
	if start.status != 200 || start.proto != 2 || !start.tls {
		t.Errorf("the start page: %d, HTTP/%d", start.status, start.proto)
	}
	if got := start.header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("HSTS: %q", got)
	}
	plain, err := in.client.Get("http://localhost:" + in.ports["http"] + "/the-loai/tho")
	if err != nil {
		t.Fatal(err)
	}
	_ = plain.Body.Close()
	if to := plain.Header.Get("Location"); plain.StatusCode != 308 || !strings.HasPrefix(to, "https://localhost") || !strings.HasSuffix(to, "/the-loai/tho") {
		t.Errorf("plain HTTP: %d to %q", plain.StatusCode, to)
	}
	raw, err := tls.Dial("tcp", "localhost:"+in.ports["https"], in.tls())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	fmt.Fprintf(raw, "GET / HTTP/1.1\r\nHost: localhost:%s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", in.ports["https"])
	head := make([]byte, 12)
	if _, err := io.ReadFull(raw, head); err != nil || string(head) != "HTTP/1.1 200" {
		t.Errorf("a websocket: %q, %v", head, err)
	}
	for name, s := range in.services {
		if len(s.Ports) > 0 != (name == "caddy") {
			t.Errorf("%s publishes %v", name, s.Ports)
		}
	}
}

// tls is the client's configuration, for connections by HTTP/1.1.
func (in *installation) tls() *tls.Config {
	transport, ok := in.client.Transport.(*http.Transport)
	if !ok {
		in.t.Fatal("another transport")
	}
	c := transport.TLSClientConfig.Clone()
	c.NextProtos = []string{"http/1.1"}
	return c
}

func (in *installation) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := in.vannghe("worker", args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("vannghe %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}

// testWork: a film is brought in and published beside the workers; ranges of it are served through the door, and a withdrawal ends that within two seconds.
func (in *installation) testWork(t *testing.T) {
	folder := t.TempDir()
	makeFilm(t, filepath.Join(folder, "phim.mp4"))
	painting(t, filepath.Join(folder, "tranh.png"))
	in.run(t, "import", folder, "--publish")
	s := &server{url: in.site}
	var film, picture apiWork
	for title, w := range map[string]*apiWork{"phim": &film, "tranh": &picture} {
		list := in.ask(t, http.MethodGet, "/api/v1/search?q="+title, nil, nil).body
		id := regexp.MustCompile(`"work":\{"id":"([a-z2-7]{12})"`).FindStringSubmatch(list)
		if id == nil {
			t.Fatalf("%s is not found: %s", title, list)
		}
		text := in.ask(t, http.MethodGet, "/api/v1/works/"+id[1], nil, nil).body
		if err := json.Unmarshal([]byte(text), w); err != nil {
			t.Fatal(err)
		}
	}
	original := s.path(film.medium("original").URL)
	whole := in.ask(t, http.MethodGet, original, nil, nil)
	part := in.ask(t, http.MethodGet, original, http.Header{"Range": {"bytes=100-299"}}, nil)
	if whole.status != 200 || part.status != 206 || part.header.Get("Content-Range") != "bytes 100-299/"+strconv.Itoa(len(whole.body)) || part.body != whole.body[100:300] {
		t.Errorf("a range: %d %s, %d bytes", part.status, part.header.Get("Content-Range"), len(part.body))
	}
	if list := in.ask(t, http.MethodGet, s.path(film.medium("hls").URL), nil, nil); list.status != 200 || !strings.HasPrefix(list.body, "#EXTM3U") {
		t.Errorf("the playlist: %d %.100s", list.status, list.body)
	}
	if !strings.HasPrefix(film.URL, in.site+"/") {
		t.Errorf("addresses are those of %s", film.URL)
	}

	stream := in.openSlowly(t, s.path(picture.medium("original").URL))
	in.run(t, "withdraw", film.ID, "--reason", "Theo yêu cầu")
	in.run(t, "withdraw", picture.ID, "--reason", "Theo yêu cầu")
	asked := time.Now()
	for _, a := range []string{s.path(film.URL), original, s.path(picture.URL), "/api/v1/works/" + film.ID} {
		until(t, max(0, time.Until(asked.Add(gone))), a+" answers 410", func() bool {
			return in.ask(t, http.MethodGet, a, nil, nil).status == http.StatusGone
		})
	}
	until(t, max(0, time.Until(asked.Add(gone))), "the stream is cut", func() bool {
		return strings.Contains(in.said(t, "web"), "cut streams of a work that was hidden\" work="+picture.ID)
	})
	// What has come as far as the buffers of Caddy and of the kernel, several megabytes, still reaches the viewer, at his pace.
	stream.cutBefore(t, asked.Add(time.Minute))
}

// openSlowly is a viewer on a thin line behind the door.
func (in *installation) openSlowly(t *testing.T, path string) *slow {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: narrow, TLSClientConfig: in.tls()}}
	resp, err := client.Get(in.site + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	v := &slow{ended: make(chan error, 1)}
	go func() { v.ended <- sip(resp.Body) }()
	return v
}

// testUpload: a member is let in by an invitation, with a cookie that TLS alone carries, and sends a file by tus in two pieces.
func (in *installation) testUpload(t *testing.T) {
	link := regexp.MustCompile(regexp.QuoteMeta(in.site) + `/loi-moi\?ma=([\w-]{43})`).FindStringSubmatch(in.run(t, "user", "invite", "lan", "--shown", "Mạc Thu Lan"))
	if link == nil {
		t.Fatal("no link to the site")
	}
	if stranger := in.ask(t, http.MethodPost, "/files", http.Header{"Tus-Resumable": {"1.0.0"}, "Upload-Length": {"5"}}, nil); stranger.status < 400 {
		t.Errorf("a stranger may send: %d", stranger.status)
	}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {in.site}}
	let := in.ask(t, http.MethodPost, "/loi-moi", form, strings.NewReader(url.Values{"ma": {link[1]}}.Encode()))
	if let.status != http.StatusSeeOther || len(let.keeps) != 1 {
		t.Fatalf("the invitation: %d, %v", let.status, let.keeps)
	}
	if c := let.keeps[0]; !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie: %+v", c)
	}
	poem := []byte(strings.Repeat("Con nước lớn, con nước ròng\n", 5000))
	begun := in.ask(t, http.MethodPost, "/files", http.Header{"Tus-Resumable": {"1.0.0"}, "Upload-Length": {strconv.Itoa(len(poem))},
		"Upload-Metadata": {"filename " + base64.StdEncoding.EncodeToString([]byte("bài thơ.txt"))}, "Origin": {in.site}}, nil)
	at := begun.header.Get("Location")
	if begun.status != http.StatusCreated || at == "" {
		t.Fatalf("begin: %d %s", begun.status, begun.body)
	}
	at = strings.TrimPrefix(at, in.site)
	for _, piece := range [][2]int{{0, 50_000}, {50_000, len(poem)}} {
		sent := in.ask(t, http.MethodPatch, at, http.Header{"Tus-Resumable": {"1.0.0"}, "Upload-Offset": {strconv.Itoa(piece[0])},
			"Content-Type": {"application/offset+octet-stream"}, "Origin": {in.site}}, bytes.NewReader(poem[piece[0]:piece[1]]))
		if sent.status != http.StatusNoContent || sent.header.Get("Upload-Offset") != strconv.Itoa(piece[1]) {
			t.Fatalf("a piece: %d at %s: %s", sent.status, sent.header.Get("Upload-Offset"), sent.body)
		}
	}
}

// testWhoAsks: the site knows the client's own address through the door, whatever the client says of itself, and whoever goes round the door is
// believed nothing.
func (in *installation) testWhoAsks(t *testing.T) {
	in.ask(t, http.MethodGet, "/chuyen-muc?qua-cua", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, nil)
	outside := outsideAddress(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+net.JoinHostPort(outside, in.ports["web"])+"/van-ban", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", "203.0.113.9")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	for path, from := range map[string]string{"/chuyen-muc": "127.0.0.1", "/van-ban": outside} {
		line := regexp.MustCompile(`(?m)^.*path=` + path + ` .*$`)
		until(t, time.Minute, path+" is in the log", func() bool { return line.MatchString(in.said(t, "web")) })
		if got := line.FindString(in.said(t, "web")); !strings.HasSuffix(got, "from="+from) && !strings.HasSuffix(got, "from=::1") {
			t.Errorf("%s, want from=%s", got, from)
		}
	}
}

func (in *installation) said(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(in.logs[name])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// outsideAddress is an address of this machine that is not its loopback.
func outsideAddress(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			return ip.IP.String()
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("CI has to have an address that is not its loopback")
	}
	t.Skip("this machine has no address but its loopback")
	return ""
}
