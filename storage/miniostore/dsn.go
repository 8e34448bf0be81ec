package miniostore

import (
	"errors"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

// Settings says where the objects lie and who asks for them. It prints without its secret.
type Settings struct {
	Endpoint string // host, or host:port
	Bucket   string
	Key      string
	Secret   string
	Region   string
	Secure   bool // TLS
}

// bucketName is what S3 calls a valid name, without the dots that break TLS host names.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

// hostName is a DNS name or an IPv4 address.
var hostName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

// ParseDSN reads s3://KEY:SECRET@HOST[:PORT]/BUCKET[?tls=false][&region=NAME]; what is special in KEY and SECRET is
// percent-encoded, tls is on unless said otherwise. The error is Invalid "setting-invalid" with the arguments "storage" and
// what is wrong; nothing of the DSN's own text is in it, since that may be the secret.
func ParseDSN(dsn string) (Settings, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return Settings{}, refuse("s3://KEY:SECRET@HOST:PORT/BUCKET") // err repeats the whole DSN
	}
	if u.Scheme != "s3" || u.Opaque != "" || u.Fragment != "" {
		return Settings{}, refuse("s3://KEY:SECRET@HOST:PORT/BUCKET")
	}
	s := Settings{Endpoint: u.Host, Bucket: strings.TrimPrefix(u.Path, "/"), Region: "us-east-1", Secure: true}
	if err := s.readUser(u.User); err != nil {
		return Settings{}, err
	}
	if !validHost(u) {
		return Settings{}, refuse("HOST:PORT")
	}
	if !bucketName.MatchString(s.Bucket) {
		return Settings{}, refuse("BUCKET")
	}
	if err := s.readQuery(u.RawQuery); err != nil {
		return Settings{}, err
	}
	return s, nil
}

func (s *Settings) readUser(u *url.Userinfo) error {
	s.Key = u.Username()
	s.Secret, _ = u.Password()
	if s.Key == "" || s.Secret == "" {
		return refuse("KEY:SECRET")
	}
	return nil
}

func (s *Settings) readQuery(raw string) error {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return refuse("?tls=false")
	}
	for name, values := range query {
		value := values[len(values)-1]
		switch name {
		case "tls":
			if s.Secure, err = strconv.ParseBool(value); err != nil {
				return refuse("tls")
			}
		case "region":
			s.Region = value
		default:
			return refuse("?tls=false&region=…")
		}
	}
	return nil
}

func validHost(u *url.URL) bool {
	if u.Port() == "" && strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return false
		}
	}
	return hostName.MatchString(u.Hostname()) || net.ParseIP(u.Hostname()) != nil
}

func refuse(what string) error {
	return archive.Fail(archive.Invalid, "setting-invalid", "storage", what).Because(errors.New("the storage address is not understood"))
}

// String leaves the secret out; GoString and LogValue likewise.
func (s Settings) String() string { return "s3://" + s.Endpoint + "/" + s.Bucket }

// GoString implements fmt.GoStringer.
func (s Settings) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }
