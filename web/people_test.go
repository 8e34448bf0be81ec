package web

import "vannghe/internal/archive"

// PersonCookie is the cookie by which a test says who asks.
const PersonCookie = "nguoi"

// With lets the people sign in by a cookie that holds their key.
func (o Options) With(people map[string]archive.Viewer) Options {
	o.people = people
	return o
}
