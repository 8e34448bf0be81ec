package web

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/api"
	"vannghe/web/desk"
	"vannghe/web/embed"
	"vannghe/web/feed"
	"vannghe/web/iiif"
	"vannghe/web/media"
	"vannghe/web/subsonic"
	"vannghe/web/tus"
)

// routes is the whole URL space. Every GET also answers HEAD. The error is that of describing the API.
func (s *Server) routes() error {
	m := &media.Handler{Catalog: s.Catalog, Bucket: s.Bucket, Cache: s.Cache, Streams: s.streams, Grants: s.grants}
	s.pages.Media = m
	s.images = iiif.New(iiif.Options{Catalog: s.Catalog, Bucket: s.Bucket, Cache: s.Cache, Streams: s.streams, Grants: s.grants, Address: s.base})
	i, a := s.images, s.app
	a.Use(s.answer, s.floods.hold, s.sameOrigin, s.limitBody) // New puts s.remember before them

	// What operators ask.
	a.Get("/healthz", s.alive)
	a.Get("/readyz", s.ready)
	a.Get("/metrics", s.serveMetrics)
	a.Get("/robots.txt", s.robots)

	// What pages are built of.
	a.Get("/assets/*", s.asset)
	a.Get(address.Logos+"/:name", s.office.ServeLogo)

	// What other programs make of works is the same for everybody: their own passwords count, or none.
	e := &embed.Handler{Catalog: s.Catalog, Address: s.base, Site: s.pages.SiteTitle}
	a.Use(embed.Path, open)
	a.Get(embed.Path, e.Answer)
	f := feed.New(s.Catalog, s.base, s.pages.SiteTitle)
	a.Get("/feed.xml", open, f.Site)
	a.Get("/chuyen-muc/:collection/feed.xml", open, f.Collection)
	a.Get("/tac-gia/:agent/feed.xml", open, f.Agent)
	r := subsonic.New(subsonic.Options{Catalog: s.Catalog, Search: s.Search, Media: m})
	a.Use(subsonic.Root, open)
	a.Get(subsonic.Root+"/:method", r.Answer)
	a.Post(subsonic.Root+"/:method", r.Answer)

	// From here on a signed-in device is known.
	a.Use(s.recognise)

	// Media, pictures, API: for programs of every origin.
	a.Use(media.Root, open)
	a.Get(media.Root+"/:work/:file/original/:name", m.Original)
	a.Get(media.Root+"/:work/:file/:folder/*", m.Asset)
	a.Use("/iiif", open)
	a.Get(iiif.Root+"/:file", i.Base)
	a.Get(iiif.Root+"/:file/info.json", i.Info)
	a.Get(iiif.Root+"/:file/:region/:size/:rotation/:last", i.Image)
	a.Use(api.Root, open)
	if err := api.Register(a, api.Options{Catalog: s.Catalog, Search: s.Search, Address: s.base}); err != nil {
		return err
	}

	// Files on their way in.
	(&tus.Handler{Ingest: s.Ingest}).Register(a)

	// Pages, in Vietnamese and under /en in English.
	for _, prefix := range []string{"", "/en"} {
		s.pageRoutes(a.Group(prefix))
	}
	a.Use(s.pages.Former, unknown)
	return nil
}

// reviewRoutes is where editors decide. Every page asks who may see it; every act asks the table of archive.Viewer.MayDo.
func (s *Server) reviewRoutes(r fiber.Router) {
	p, in := s.pages, s.desk.May(archive.UseDesk) // who has not signed in is led there
	r.Get(address.Queue, in, p.Queue)
	r.Get(address.Review(":work"), in, s.cuttable, p.Review)
	r.Get(address.Review(":work")+"/bien-ban", in, p.MinuteOf)
	r.Post(address.Review(":work")+"/duyet", in, p.Approve)
	r.Post(address.Review(":work")+"/sua-lai", in, p.RequestChanges)
	r.Post(address.Review(":work")+"/cong-bo", in, p.Publish)
	r.Post(address.Review(":work")+"/che-do-xem", in, p.Arrange)
	r.Post(address.Review(":work")+"/rut", in, p.Withdraw)
	r.Post(address.Review(":work")+"/khoi-phuc", in, p.Restore)
	r.Post(address.Review(":work")+"/nhan-xet", in, p.Comment)
	r.Post(address.Review(":work")+"/nhan-xet/:comment", in, p.TickOff)
	r.Get(address.Sent(":work"), in, p.Sent)
	r.Post(address.Sent(":work")+"/gui", in, p.SubmitOwn)
	r.Post(address.Sent(":work")+"/nhan-xet", in, p.CommentOwn)
	r.Get(address.Minute, in, p.Minute)
	r.Get(address.Rules, in, p.Rules)
	r.Post(address.Rules, in, p.SetRules)
	purge := s.desk.May(archive.PurgeWorks)
	r.Get(address.Purges, purge, p.Purges)
	r.Get(address.Purge(":work"), purge, p.Purge)
	r.Post(address.Purge(":work")+"/de-nghi", purge, p.ProposePurge)
	r.Post(address.Purge(":work")+"/dong-y", purge, p.ConfirmPurge)
	r.Post(address.Purge(":work")+"/thoi", purge, p.DropPurge)
	r.Get(address.Cases, in, p.Cases)
	r.Get(address.Case(":case"), in, p.Case)
	r.Post(address.Case(":case"), in, p.AnswerCase)
}

// describeRoutes is where archivists and editors describe works.
func (s *Server) describeRoutes(r fiber.Router) {
	p, in := s.pages, s.desk.May(archive.DescribeWorks)
	edit := address.Edit(":work")
	r.Get(edit, in, p.Describe)
	r.Post(edit, in, p.Redescribe)
	r.Post(edit+"/nhap", in, p.KeepDescription)
	r.Post(edit+"/lui", in, p.StepBack)
	r.Post(edit+"/bo", in, p.Discard)
	r.Get(address.Changes(":work"), in, p.Changes)
	r.Post(address.Changes(":work")+"/:change", in, p.UndoChange)
	r.Get(address.FindAgents, in, p.FindAgents)
	r.Get(address.EditAgent(":agent"), in, p.EditAgent)
	r.Post(address.EditAgent(":agent"), in, p.SaveAgent)
	r.Get(address.BringIn, in, p.BringIn)
	r.Post(address.BringIn, in, p.MakeDrafts)
	r.Post(address.BringIn+"/tep", drained, in, p.BringForm)
	r.Post(address.BringIn+"/bo-do/:file", in, p.EndBringing)
}

// sendRoutes is where members send works, and where it is followed what becomes of them.
func (s *Server) sendRoutes(r fiber.Router) {
	p, send, help := s.pages, s.desk.May(archive.SendWorks), s.desk.May(archive.DescribeWorks)
	r.Get(address.Send, send, p.Send)
	r.Post(address.Send, send, p.BeginSending)
	r.Get(address.SendWork(":work"), send, p.SendFiles)
	r.Post(address.SendWork(":work"), send, p.FilesDone)
	r.Post(address.SendWork(":work")+"/tep", drained, send, p.AddFiles)
	r.Get(address.SentFile(":work", ":file"), send, p.SentFile)
	r.Post(address.SendWork(":work")+"/van-ban", send, p.SaveText)
	r.Post(address.SendWork(":work")+"/bo/:file", send, p.TakeFileOut)
	r.Post(address.SendWork(":work")+"/xep/:file", send, p.MovePage)
	r.Post(address.SendWork(":work")+"/bo-het", send, p.ThrowAway)
	r.Post(address.SendWork(":work")+"/bo-do/:file", send, p.EndUpload)
	r.Get(address.SendWork(":work")+"/loi", send, p.SendWords)
	r.Post(address.SendWork(":work")+"/loi", send, p.SaveWords)
	r.Get(address.SendWork(":work")+"/xem", send, p.SendCheck)
	r.Post(address.SendWork(":work")+"/xem", send, p.SendOff)
	r.Post(address.SendWork(":work")+"/giup", send, p.AskHelp)
	r.Get(address.HelpOut, help, p.HelpOut)
	r.Post(address.HelpOut, help, p.TakeOver)
	r.Get(address.Follow(":work"), send, p.FollowLink)
	r.Post(address.Follow(":work"), send, p.MakeFollowLink)
	r.Post(address.Follow(":work")+"/het", send, p.EndFollowLink)
	r.Post(address.Follow(":work")+"/them", send, p.RenewFollowLink)
	r.Get(address.Followed, p.Followed)
}

func (s *Server) pageRoutes(r fiber.Router) {
	p := s.pages
	r.Get("", p.Home)
	r.Get("/the-loai", p.Genres)
	r.Get("/the-loai/:genre", p.Genre)
	r.Get("/tac-gia", p.Agents)
	r.Get("/tac-gia/:agent", p.Agent)
	r.Get("/chuyen-muc", p.Collections)
	r.Get("/chuyen-muc/:collection", p.Collection)
	r.Get("/tac-pham/:work", s.cuttable, p.Work)
	r.Get("/nhung/:work", s.cuttable, p.Player)
	r.Get(address.Letter(":work"), p.Letter)
	r.Post(address.Letter(":work"), p.SendLetter)
	s.reviewRoutes(r)
	s.describeRoutes(r)
	s.sendRoutes(r)
	r.Get("/tim-kiem", p.Search)
	r.Get("/tap-chi", p.Magazines)
	r.Get("/van-ban", p.Papers)
	r.Get("/thong-bao", p.Announcements)
	r.Get("/ung-dung", p.Apps)
	r.Get(address.Operate, s.operators, p.Operate)
	r.Get(address.Health, s.operators, p.Health)
	r.Post(address.StopJob, s.operators, p.StopJob)
	r.Post(address.TryAgain, s.operators, p.TryAgain)
	r.Post(address.TryAgain+"/:work", s.operators, p.TryAgain)
	s.feeRoutes(r)
	s.rollRoutes(r)
	s.deskRoutes(r)
	s.officeRoutes(r)
}

// officeRoutes is what an association's office sets and asks.
func (s *Server) officeRoutes(r fiber.Router) {
	o, keep := s.office, s.desk.May(archive.KeepSettings)
	use := s.desk.May(archive.UseDesk)
	r.Get(address.Notices, use, o.Notices)
	r.Post(address.Notices, use, o.SeeNotices)
	count := s.desk.May(archive.ReportWorks)
	r.Get(address.Report, count, o.Report)
	r.Get(address.ReportAgents, count, o.ReportAgents)
	r.Get(address.ReportAgent(":agent"), count, o.ReportAgent)
	r.Get(address.Record, keep, o.Record)
	r.Get(address.Settings, keep, o.Settings)
	r.Get(address.SetFacts, keep, o.Facts)
	r.Post(address.SetFacts, keep, o.SetFacts)
	r.Get(address.SetBodies, keep, o.Bodies)
	r.Post(address.SetBodies, keep, o.SetBodies)
	r.Get(address.SetLogo, keep, o.Logo)
	r.Post(address.SetLogo, keep, o.SetLogo)
	r.Post(address.SetLogo+"/bo", keep, o.RemoveLogo)
	r.Get(address.SetChapters, keep, o.Chapters)
	r.Post(address.SetChapters, keep, o.SetChapters)
	r.Get(address.SetSecurity, keep, o.Security)
	r.Post(address.SetSecurity, keep, o.SetSecurity)
	r.Get(address.SetGenres, keep, o.Genres)
	r.Get(address.SetGenre(":genre"), keep, o.Genre)
	r.Post(address.SetGenre(":genre"), keep, o.SetGenre)
	r.Post(address.SetGenre(":genre")+"/len", keep, o.MoveGenre(true))
	r.Post(address.SetGenre(":genre")+"/xuong", keep, o.MoveGenre(false))
	r.Post(address.SetGenre(":genre")+"/xoa", keep, o.RemoveGenre)
	r.Get(address.SetGroup(":group"), keep, o.Group)
	r.Post(address.SetGroup(":group"), keep, o.SetGroup)
	r.Post(address.SetGroup(":group")+"/len", keep, o.MoveGroup(true))
	r.Post(address.SetGroup(":group")+"/xuong", keep, o.MoveGroup(false))
	r.Post(address.SetGroup(":group")+"/xoa", keep, o.RemoveGroup)
	s.bulkRoutes(r)
}

// bulkRoutes is what archivists do with many works at once.
func (s *Server) bulkRoutes(r fiber.Router) {
	p, describe := s.pages, s.desk.May(archive.DescribeWorks)
	r.Get(address.Intakes, describe, p.Intakes)
	r.Post(address.Intakes, describe, p.OpenIntake)
	r.Get(address.Intake(":intake"), describe, p.Intake)
	r.Get(address.Intake(":intake")+"/bang.csv", describe, p.IntakeTable)
	r.Get(address.Intake(":intake")+"/mau.csv", describe, p.IntakeSample)
	r.Post(address.Intake(":intake")+"/gui", describe, p.SendToIntake)
	r.Post(address.Intake(":intake")+"/tep", describe, p.AddToIntake)
	r.Post(address.Intake(":intake")+"/bang-ma", describe, p.ConfirmEncoding)
	r.Post(address.Intake(":intake")+"/kiem-tra", describe, p.CheckIntake)
	r.Post(address.Intake(":intake")+"/dua-vao", describe, p.TakeIntake)
	r.Post(address.Intake(":intake")+"/bo", describe, p.DropIntake)
	r.Get(address.EditCollections, describe, p.EditCollections)
	r.Post(address.EditCollections, describe, p.AddCollection)
	r.Get(address.EditCollection(":collection"), describe, p.EditCollection)
	r.Post(address.EditCollection(":collection"), describe, p.SaveCollection)
	r.Post(address.EditCollection(":collection")+"/thu-tu", describe, p.MoveInCollection)
	r.Post(address.EditCollection(":collection")+"/xoa", describe, p.RemoveCollection)
	r.Get(address.Batches, describe, p.Batches)
	r.Post(address.Batches, describe, p.PlanBatch)
	r.Post(address.Batches+"/gop", describe, p.PlanMerge)
	r.Post(address.Batches+"/gop-tac-pham", describe, p.PairOfBatch)
	r.Get(address.Pair, describe, p.Pair)
	r.Post(address.Pair, describe, p.MergeWorks)
	r.Get(address.Batch(":batch"), describe, p.Batch)
	r.Post(address.Batch(":batch")+"/sua", describe, p.ApplyBatch)
	r.Post(address.Batch(":batch")+"/tra-lai", describe, p.UndoBatch)
}

// feeRoutes are royalties.
func (s *Server) feeRoutes(r fiber.Router) {
	p, record, pay := s.pages, s.desk.May(archive.RecordFees), s.desk.May(archive.PayFees)
	r.Get(address.Fees, record, p.FeeSheets)
	r.Post(address.Fees, record, p.DrawUp)
	r.Get(address.FeeRates, record, p.FeeRates)
	r.Post(address.FeeRates, pay, p.SetFeeRate)
	r.Post(address.FeeRates+"/bo", pay, p.DropFeeRate)
	r.Get(address.FeeSheet(":sheet"), record, p.FeeSheet)
	r.Post(address.FeeSheet(":sheet")+"/them", record, p.AddFee)
	r.Post(address.FeeSheet(":sheet")+"/doi", record, p.ChangeFee)
	r.Post(address.FeeSheet(":sheet")+"/bo", record, p.DropFee)
	r.Post(address.FeeSheet(":sheet")+"/khoa", record, p.CloseFees)
	r.Post(address.FeeSheet(":sheet")+"/sua", record, p.CorrectFee)
	r.Post(address.FeeSheet(":sheet")+"/chi", pay, p.PayFees)
}

func (s *Server) rollRoutes(r fiber.Router) {
	p, keep, remove := s.pages, s.desk.May(archive.KeepRoll), s.desk.May(archive.RemovePeople)
	r.Get(address.Roll, keep, p.Roll)
	r.Get(address.NewMember, keep, p.Member)
	r.Post(address.NewMember, keep, p.PutMember)
	r.Get(address.Member(":member"), keep, p.Member)
	r.Post(address.Member(":member"), keep, p.PutMember)
	r.Get(address.Member(":member")+"/du-lieu", remove, p.MemberData)
	r.Get(address.Member(":member")+"/xoa", remove, p.MemberRemoval)
	r.Post(address.Member(":member")+"/xoa", remove, p.RemoveMember)
}

// deskRoutes is what people sign in for. What each asks for is an action that archive decides of; a test holds every route here and above to its table.
func (s *Server) deskRoutes(r fiber.Router) {
	d := s.desk
	r.Get(desk.SignInPath, d.SignInPage)
	r.Post(desk.SignInPath, d.SignIn)
	r.Post(desk.CodePath, d.EnterCode)
	r.Post(desk.SignOutPath, d.SignOut)
	r.Get(desk.InvitationPath, d.Invitation)
	r.Post(desk.InvitationPath, d.Accept)

	use, manage := d.May(archive.UseDesk), d.May(archive.ManageAccounts)
	r.Get(address.Desk, use, d.Home)
	r.Get(address.Devices, use, d.Devices)
	r.Post(address.Devices+"/het", use, d.EndOthers)
	r.Post(address.Devices+"/:device", use, d.EndDevice)
	r.Get(address.Mailbox, use, d.Mailbox)
	r.Post(address.Mailbox, use, d.EnterMailbox)
	r.Post(address.Mailbox+"/chon", use, d.ChooseLetters)
	r.Post(address.Mailbox+"/xoa", use, d.DropMailbox)
	r.Get(address.AccountMailbox(":account"), manage, d.Mailbox)
	r.Post(address.AccountMailbox(":account"), manage, d.EnterMailbox)
	r.Post(address.AccountMailbox(":account")+"/xoa", manage, d.DropMailbox)
	r.Get(address.ConfirmMailbox, d.ConfirmPage)
	r.Post(address.ConfirmMailbox, d.Confirm)
	r.Get(address.LeaveLetters, d.LeavePage)
	r.Post(address.LeaveLetters, d.Leave)
	r.Get(address.Password, use, d.PasswordPage)
	r.Post(address.Password, use, d.ChangePassword)
	r.Get(address.Accounts, manage, d.Accounts)
	r.Post(address.Accounts, manage, d.AddAccount)
	r.Get(address.Account(":account"), manage, d.Account)
	r.Post(address.Account(":account")+"/vai", manage, d.SetRoles)
	r.Post(address.Account(":account")+"/moi", manage, d.Invite)
	r.Post(address.Account(":account")+"/tac-gia", manage, d.SetAgent)
	r.Post(address.Account(":account")+"/thiet-bi", manage, d.EndDevices)
	r.Post(address.Account(":account")+"/ket-thuc", manage, d.EndAccount)
}
