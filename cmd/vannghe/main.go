// Command vannghe is the whole program: the server, the workers and every tool of the archive, one file per command.
//
// It is the only package that sees configuration, flags and the environment; everything below is given values.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	kongyaml "github.com/alecthomas/kong-yaml"

	"vannghe/internal/archive"
	"vannghe/internal/message"
)

// version is set by the linker; "dev" for go run.
var version = "dev"

// commands is the command line: the settings that every command shares, and one field per command.
type commands struct {
	Settings

	Serve    serveCommand     `cmd:"" help:"Chạy máy chủ. | Run the server."`
	Import   importCommand    `cmd:"" help:"Đưa một thư mục vào kho. | Bring a folder into the archive."`
	Drain    drainCommand     `cmd:"" help:"Làm hết việc đang chờ rồi dừng. | Do all waiting work, then stop."`
	Withdraw withdrawCommand  `cmd:"" help:"Gỡ một tác phẩm khỏi công chúng. | Withdraw a work from the public."`
	Restore  restoreCommand   `cmd:"" name:"republish" help:"Đưa tác phẩm đã gỡ trở lại. | Show a withdrawn work again."`
	Migrate  migrateCommand   `cmd:"" help:"Chuyển kho sang cơ sở dữ liệu và nơi giữ tệp khác. | Move the archive to another database and store."`
	Purge    purgeCommand     `cmd:"" help:"Huỷ hẳn nội dung của một tác phẩm (cần hai người quản trị). | Destroy the content of a work (takes two administrators)."`
	Poster   posterCommand    `cmd:"" help:"Chọn ảnh đại diện của tác phẩm. | Choose the picture of a work."`
	Failed   failedCommand    `cmd:"" help:"Liệt kê những gì không làm được, và vì sao. | List what could not be made, and why."`
	Retry    retryCommand     `cmd:"" help:"Làm lại những gì không làm được. | Try again what could not be made."`
	Reindex  reindexCommand   `cmd:"" help:"Lập lại chỉ mục tìm kiếm. | Rebuild the search index."`
	Verify   verifyCommand    `cmd:"" help:"Đọc lại toàn bộ kho xem còn nguyên vẹn không. | Read the whole archive again: is it still what it was?"`
	Export   exportCommand    `cmd:"" help:"Xuất tác phẩm thành gói BagIt. | Write works as BagIt bags."`
	Backup   backupCommand    `cmd:"" help:"Sao lưu kho sang nơi khác. | Copy the archive to another place."`
	Drill    drillCommand     `cmd:"" help:"Khôi phục thử bản sao lưu mới nhất rồi so lại. | Restore the newest backup on trial and compare."`
	Back     bringBackCommand `cmd:"" name:"restore" help:"Khôi phục kho từ bản sao lưu trên máy trống. | Restore the archive onto an empty machine."`
	Rebuild  rebuildCommand   `cmd:"" help:"Lập lại danh mục từ các tệp lưu trữ. | Make the catalogue again from the archive alone."`
	User     userCommand      `cmd:"" help:"Tài khoản và mật khẩu ứng dụng. | Accounts and app passwords."`
	Doctor   doctorCommand    `cmd:"" help:"Kiểm tra máy và kho. | Check the machine and the archive."`
	Demo     demoCommand      `cmd:"" help:"Làm đầy một kho trống bằng tác phẩm mẫu. | Fill an empty archive with sample works."`
	Version  kong.VersionFlag `help:"In phiên bản. | Print the version."`
}

// failed is the exit status when something did not go well; kong's own usage errors have it too.
const failed = 1

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// console is where a command reads and writes: results go to out, everything else to err.
type console struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// run is main without the process: tests start the whole program through it.
func run(ctx context.Context, args []string, con console) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("vannghe"), kong.Writers(con.out, con.err), kong.Exit(func(code int) { exit = code }),
		kong.Description("Kho lưu trữ văn nghệ: giữ gìn và trình chiếu. | An archive of arts and letters: preserves and plays."),
		kong.DefaultEnvars("VANNGHE"), kong.Configuration(kongyaml.Loader, "/etc/vannghe.yaml", "vannghe.yaml"),
		kong.Vars{"version": version}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return complain(con, err)
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 { // --help or --version has been answered
		return exit
	}
	if err != nil {
		return complain(con, err)
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(&c.Settings, con, c.logger(con, parsed.Command())); err != nil {
		return complain(con, err)
	}
	return 0
}

// complain tells a person what went wrong, in both languages, with the stable code for programs.
func complain(con console, err error) int {
	if archive.ReasonOf(err) == reasonReported {
		return failed
	}
	if archive.ReasonOf(err) == "internal" {
		fmt.Fprintln(con.err, "vannghe:", err)
		return failed
	}
	fmt.Fprintf(con.err, "vannghe: %s\n         %s [%s]\n", message.For("vi").Sentence(err),
		message.For("en").Sentence(err), archive.ReasonOf(err))
	if cause := err.Error(); cause != "" {
		fmt.Fprintln(con.err, "        ", cause)
	}
	return failed
}

// reasonReported marks an error whose details have been printed line by line already.
const reasonReported archive.Reason = "reported"

// logger writes to con. Beside a progress bar only warnings are wanted; a server also says what it does.
func (s *Settings) logger(con console, command string) *slog.Logger {
	level := slog.LevelWarn
	switch {
	case s.LogLevel != "":
		if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
			level = slog.LevelWarn // the enum of the setting lets nothing else through
		}
	case command == "serve":
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: level}))
}
