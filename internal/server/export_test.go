package server

import "slices"

// Route is one address of a running server, for tests that walk them all.
type Route struct{ Method, Path string }

// Routes gives the table of addresses that a server was made with.
func (s *Server) Routes() []Route {
	out := make([]Route, len(s.routes))
	for i, r := range s.routes {
		out[i] = Route{r.method, r.path}
	}
	return out
}

// Undescribed gives the descriptions of the API that belong to no route.
func Undescribed() []string {
	var out []string
	routes := (&Server{}).routeTable()
	for name := range operations {
		if !slices.ContainsFunc(routes, func(r route) bool { return r.method+" "+r.path == name }) {
			out = append(out, name)
		}
	}
	return out
}
