package miniotest

import (
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Cluster is one MinIO over several machines: processes on this one, each with a drive of its own, which keep every object in pieces of
// which half may be lost for reading, and less than half for writing.
type Cluster struct {
	Nodes []*Server // each answers for the whole
}

// StartCluster starts a cluster of so many nodes, four at least, which stops when the test ends.
func StartCluster(tb testing.TB, nodes int) *Cluster {
	tb.Helper()
	c := &Cluster{}
	key, secret := rand.Text(), rand.Text()
	top, name := tb.TempDir(), program(tb)
	var drives []string
	for range nodes {
		address := freePort(tb)
		drive := filepath.Join(top, filepath.Base(address))
		if err := os.MkdirAll(drive, 0o750); err != nil {
			tb.Fatal(err)
		}
		drives = append(drives, "http://"+address+drive)
		c.Nodes = append(c.Nodes, &Server{tb: tb, program: name, drive: drive, address: address, key: key, secret: secret})
	}
	for _, s := range c.Nodes {
		s.drives = drives
	}
	ended := make(chan error)
	for _, s := range c.Nodes { // none is ready before most are there
		go func() { ended <- s.start() }()
	}
	for range c.Nodes {
		if err := <-ended; err != nil {
			tb.Fatalf("the cluster does not start: %v", err)
		}
	}
	for _, s := range c.Nodes {
		tb.Cleanup(s.Stop)
	}
	return c
}

// clusterCommand starts one node. Its drives lie on the disk of the system here, which MinIO otherwise refuses; and inside a container it would not
// take a loopback address for its own unless it is told.
func (s *Server) clusterCommand() *exec.Cmd {
	args := append([]string{"server", "--quiet", "--address", s.address, "--certs-dir", filepath.Join(filepath.Dir(s.drive), ".certs")}, s.drives...)
	cmd := exec.Command(s.program, args...)
	cmd.Env = append(s.environment(), "MINIO_CI_CD=on", "_MINIO_SERVER_LOCAL="+s.address)
	return cmd
}

// Drive returns the folder in which a server keeps what is its part of the objects.
func (s *Server) Drive() string { return s.drive }
