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
	m := &media.Handler{Catalog: s.Catalog, Bucket: s.Bucket, Streams: s.streams}
	i := iiif.New(iiif.Options{Catalog: s.Catalog, Bucket: s.Bucket, Streams: s.streams, Address: s.base})
	a := s.app
	a.Use(s.answer, s.sameOrigin, limitBody)

	// What operators ask.
	a.Get("/healthz", s.alive)
	a.Get("/readyz", s.ready)
	a.Get("/metrics", s.serveMetrics)
	a.Get("/robots.txt", s.robots)

	// What pages are built of.
	a.Get("/assets/*", s.asset)

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
	r.Get(address.Cases, in, p.Cases)
	r.Get(address.Case(":case"), in, p.Case)
	r.Post(address.Case(":case"), in, p.AnswerCase)
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
	r.Get("/tim-kiem", p.Search)
	r.Get("/tap-chi", p.Magazines)
	r.Get("/van-ban", p.Papers)
	r.Get("/thong-bao", p.Announcements)
	r.Get("/ung-dung", p.Apps)
	r.Get(address.Operate, s.operators, p.Operate)
	r.Post(address.TryAgain, s.operators, p.TryAgain)
	r.Post(address.TryAgain+"/:work", s.operators, p.TryAgain)
	s.deskRoutes(r)
	s.bulkRoutes(r)
}

// bulkRoutes is what archivists do with many works at once.
func (s *Server) bulkRoutes(r fiber.Router) {
	p, describe := s.pages, s.desk.May(archive.DescribeWorks)
	r.Get(address.Intakes, describe, p.Intakes)
	r.Post(address.Intakes, describe, p.OpenIntake)
	r.Get(address.Intake(":intake"), describe, p.Intake)
	r.Get(address.Intake(":intake")+"/bang.csv", describe, p.IntakeTable)
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
	r.Get(address.Batches, describe, p.Batches)
	r.Post(address.Batches, describe, p.PlanBatch)
	r.Post(address.Batches+"/gop", describe, p.PlanMerge)
	r.Get(address.Batch(":batch"), describe, p.Batch)
	r.Post(address.Batch(":batch")+"/sua", describe, p.ApplyBatch)
	r.Post(address.Batch(":batch")+"/tra-lai", describe, p.UndoBatch)
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
	r.Get(address.Accounts, manage, d.Accounts)
	r.Post(address.Accounts, manage, d.AddAccount)
	r.Get(address.Account(":account"), manage, d.Account)
	r.Post(address.Account(":account")+"/vai", manage, d.SetRoles)
	r.Post(address.Account(":account")+"/moi", manage, d.Invite)
	r.Post(address.Account(":account")+"/thiet-bi", manage, d.EndDevices)
	r.Post(address.Account(":account")+"/ket-thuc", manage, d.EndAccount)
}
