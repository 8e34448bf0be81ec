package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/internal/move"
	"vannghe/internal/ocfl"
	"vannghe/internal/post"
	"vannghe/internal/preserve"
	"vannghe/internal/preserve/backup"
	"vannghe/internal/tool/clamd"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/miniostore"
)

// Settings is the configuration shared by all commands: flag --data, environment VANNGHE_DATA, file key data; likewise the
// others. The names are fixed (DESIGN §6).
type Settings struct {
	Data      string `default:"./data" help:"Thư mục dữ liệu. | Data folder."`
	Storage   string `help:"Nơi giữ tệp: disk:PATH hoặc s3://KEY:SECRET@HOST:PORT/BUCKET?tls=false. | Where files are kept."`
	Database  string `help:"Cơ sở dữ liệu: sqlite:PATH hoặc postgres://… | Database."`
	Clamd     string `help:"Máy dò mã độc ClamAV, HOST:PORT. | ClamAV daemon that looks into what comes in."`
	Unscanned string `enum:"hold,pass" default:"hold" help:"Khi máy dò không trả lời: hold giữ lại, pass cho qua có đánh dấu. | While it does not answer: hold files back or let them pass with a mark."`
	BaseURL   string `help:"Địa chỉ công khai, như https://vannghe.example. | Public address."`
	SMTP      string `name:"smtp" env:"VANNGHE_SMTP" help:"Máy chủ gửi thư, HOST:PORT; cần cả base-url và smtp-from. | Mail server for notices; needs base-url and smtp-from too."`
	SMTPFrom  string `name:"smtp-from" env:"VANNGHE_SMTP_FROM" help:"Địa chỉ thư của kho. | The archive's e-mail address."`
	SMTPUser  string `name:"smtp-user" env:"VANNGHE_SMTP_USER" help:"Tên ở máy chủ thư. | Name at the mail server."`
	SMTPFile  string `name:"smtp-password-file" env:"VANNGHE_SMTP_PASSWORD_FILE" help:"Tệp giữ mật khẩu ở máy chủ thư. | File that holds the password."`
	// SMTPPassword is better kept in a file, or in the environment: a command line is seen by everybody on the machine.
	SMTPPassword post.Secret `name:"smtp-password" env:"VANNGHE_SMTP_PASSWORD" hidden:""`
	Mirror       string      `help:"Kho thứ hai giữ đúng các tệp ấy, để lấy lại tệp hỏng: disk:PATH hoặc s3://… | Another copy of the store, from which damage is repaired."`

	VerifyRate  int64         `default:"20" help:"Đọc lại kho nhanh nhất bao nhiêu MB mỗi giây; 0: không giới hạn. | MB a second that a check of the archive reads at most; 0: no bound."`
	VerifyEvery time.Duration `default:"720h" help:"Bao lâu đọc lại kho một lần; 0: không tự làm. | How often a server checks the archive by itself; 0: never."`

	BackupTo string `help:"Nơi giữ bản sao lưu hằng ngày: disk:PATH hoặc s3://… | Where the daily backup goes."`
	LogLevel string `enum:",debug,info,warn,error" default:"" help:"debug, info, warn, error; mặc định: serve info, lệnh khác warn. | Default: info for serve, else warn."`
}

func (s *Settings) databaseDSN() string {
	if s.Database != "" {
		return s.Database
	}
	return "sqlite:" + filepath.Join(s.Data, "catalog.db")
}

func (s *Settings) storageDSN() string {
	if s.Storage != "" {
		return s.Storage
	}
	return "disk:" + filepath.Join(s.Data, "storage")
}

// openBucket opens the store that the settings name.
func (s *Settings) openBucket(ctx context.Context) (*storage.Bucket, error) {
	kind, rest, _ := strings.Cut(s.storageDSN(), ":")
	switch kind {
	case "disk":
		return openDisk(rest)
	case "s3":
		driver, err := miniostore.Open(ctx, s.Storage)
		if err != nil {
			return nil, fmt.Errorf("open object storage: %w", err)
		}
		return storage.NewBucket(driver), nil
	default:
		// Nothing of what was given is repeated: it may be a secret that was cut off from its address.
		return nil, archive.Fail(archive.Invalid, "setting-invalid", "storage", "disk:PATH | s3://KEY:SECRET@HOST:PORT/BUCKET")
	}
}

func openDisk(path string) (*storage.Bucket, error) {
	driver, err := diskstore.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open storage folder %s: %w", path, err)
	}
	return storage.NewBucket(driver), nil
}

// parts is what nearly every command needs: the catalogue, the store and the archive of record in it.
type parts struct {
	log     *slog.Logger
	data    string
	folder  string // that holds the files; "" when they are somewhere else
	catalog *catalog.Catalog
	bucket  *storage.Bucket
	root    *ocfl.Root
	in      *ingest.Ingest
	mail    *post.Server                                  // nil: this process sends no letters
	public  string                                        // the address under which the archive is reached
	surveys bool                                          // this process looks every day for derivatives that are gone
	checks  func(leaving context.Context) catalog.Handler // checks the archive when that is due; nil: this process does not
	backoff func(attempt int) time.Duration               // for catalog.JobOptions; nil but in tests
	daily   catalog.Handler                               // makes the backup of the day; nil: nobody said where to
}

// archivePrefix is the OCFL storage root inside the store (DESIGN §4).
const archivePrefix = "archive"

// open opens the parts of an archive that is whole; close releases them. Unavailable "restore-unfinished", "rebuild-unfinished" or, when there are works
// and the catalogue is empty, "catalog-lost".
func (s *Settings) open(ctx context.Context, log *slog.Logger) (*parts, error) {
	p, err := s.openAnyhow(ctx, log)
	if err != nil {
		return nil, err
	}
	if err := p.checkWhole(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// openAnyhow opens the parts whatever state they are in, unless files are still missing: Unavailable "storage-moving", "restore-unfinished".
func (s *Settings) openAnyhow(ctx context.Context, log *slog.Logger) (*parts, error) {
	if err := s.place(); err != nil {
		return nil, err
	}
	p := &parts{log: log, data: s.Data}
	if s.BackupTo != "" {
		p.daily = p.backUpDaily(s)
	}
	if !strings.HasPrefix(s.Storage, "s3:") {
		p.folder = s.storageName()
	}
	var err error
	if p.bucket, err = s.openBucket(ctx); err != nil {
		return nil, err
	}
	if err := unfinished(ctx, p.bucket); err != nil {
		return nil, errors.Join(err, p.bucket.Close())
	}
	if p.root, err = ocfl.Open(ctx, p.bucket, archivePrefix); err != nil {
		return nil, errors.Join(fmt.Errorf("open the archive of record: %w", err), p.bucket.Close())
	}
	p.catalog, err = catalog.Open(ctx, catalog.Options{DSN: s.databaseDSN(), Log: log})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the catalogue: %w", err), p.bucket.Close())
	}
	keep := preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root, Log: log})
	p.in = ingest.New(ingest.Options{Catalog: p.catalog, Bucket: p.bucket, Log: log, Scanner: s.scanner(), PassUnscanned: s.Unscanned == "pass",
		Places: ingest.Places{Reserve: keep.Reserve, Keeps: keep.Keeps}})
	return p, nil
}

// unfinished refuses a store that is being filled. To look before anything else is opened there says so even when hardly anything has come.
func unfinished(ctx context.Context, bucket *storage.Bucket) error {
	if err := move.Unfinished(ctx, bucket); err != nil {
		return err
	}
	restoring, err := backup.Restoring(ctx, bucket)
	if err == nil && restoring {
		err = archive.Fail(archive.Unavailable, "restore-unfinished")
	}
	return err
}

// scanner is the virus scanner that the settings name, nil for none.
func (s *Settings) scanner() *clamd.Client {
	if s.Clamd == "" {
		return nil
	}
	return &clamd.Client{Address: s.Clamd}
}

// post is the mail server that the settings name; nil for none. Invalid "setting-invalid", also where letters could not say where the archive is.
func (s *Settings) post() (*post.Server, error) {
	if s.SMTP == "" {
		return nil, nil
	}
	o, err := post.Parse(s.SMTP)
	if err != nil {
		return nil, err
	}
	if s.BaseURL == "" {
		return nil, archive.Fail(archive.Invalid, "setting-invalid", "base-url", "https://vannghe.example")
	}
	o.From, o.User, o.Password = s.SMTPFrom, s.SMTPUser, s.SMTPPassword
	if s.SMTPFile != "" {
		b, err := os.ReadFile(s.SMTPFile)
		if err != nil {
			return nil, archive.Fail(archive.Invalid, "setting-invalid", "smtp-password-file", s.SMTPFile).Because(err)
		}
		o.Password = post.Secret(strings.TrimRight(string(b), "\r\n"))
	}
	return post.New(o)
}

// place makes the data folder's path absolute, since programs run in folders of their own, and makes the folder. A bracket in
// its name is refused: libvips takes what follows for options.
func (s *Settings) place() error {
	path, err := filepath.Abs(s.Data)
	if err != nil {
		return archive.Fail(archive.Unavailable, "data-folder", s.Data).Because(err)
	}
	if strings.ContainsAny(path, "[]") {
		return archive.Fail(archive.Invalid, "setting-invalid", "data", path)
	}
	if err := os.MkdirAll(path, 0o750); err != nil {
		return archive.Fail(archive.Unavailable, "data-folder", path).Because(err)
	}
	s.Data = path
	return nil
}

func (p *parts) close() error {
	return errors.Join(p.catalog.Close(), p.bucket.Close())
}

// storageName says where files are kept, without secrets.
func (s *Settings) storageName() string {
	kind, rest, _ := strings.Cut(s.storageDSN(), ":")
	switch kind {
	case "s3":
		place, err := miniostore.ParseDSN(s.Storage)
		if err != nil {
			return "s3://…"
		}
		return place.String()
	default:
		return rest
	}
}
