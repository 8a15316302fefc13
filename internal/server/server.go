// Package server shows dealercert to people and programs: pages in HTML, and a JSON API below /api/v1. It reads input,
// calls one use case of app, and renders; it holds no rules.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
	"dealercert/web"
)

// Config is what a Server is made from.
type Config struct {
	App             *app.App
	Sessions        scs.Store
	Log             *slog.Logger
	BaseURL         string // as users see it; https makes cookies secure and sends HSTS
	TrustedProxies  []string
	DefaultLanguage string
}

// Server answers HTTP requests. Make one with New.
type Server struct {
	app      *app.App
	log      *slog.Logger
	language string
	secure   bool
	sessions *scs.SessionManager
	messages *web.Messages
	rules    atomic.Pointer[tracker.Rulebook] // for names
	pages    map[string]pageSet               // by language
	routes   []route
	handler  http.Handler
	sent     sentForms
	stopping atomic.Bool
}

// How long a session lasts, and how long it may lie unused.
const (
	sessionLifetime = 12 * time.Hour
	sessionIdle     = 2 * time.Hour
)

// New makes a server; it fails when a template or a message file is wrong.
func New(c Config) (*Server, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("the base address %q must look like https://dealercert.example", c.BaseURL)
	}
	messages, err := web.LoadMessages()
	if err != nil {
		return nil, err
	}
	s := &Server{
		app: c.App, log: c.Log, language: c.DefaultLanguage, secure: base.Scheme == "https", messages: messages,
	}
	if s.pages, err = parsePages(s.namer(), c.App.Zone()); err != nil {
		return nil, err
	}
	s.sessions = newSessions(c.Sessions, s.secure)
	s.routes = s.routeTable()
	engine, err := s.engine(c.TrustedProxies)
	if err != nil {
		return nil, err
	}
	s.handler = s.sessions.LoadAndSave(engine)
	return s, nil
}

func newSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store, m.HashTokenInStore, m.Lifetime = store, true, sessionLifetime
	m.Cookie.Name, m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Secure = "dealercert", true, http.SameSiteLaxMode, secure
	if secure {
		m.Cookie.Name = "__Host-dealercert"
	}
	return m
}

func (s *Server) engine(proxies []string) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.RedirectTrailingSlash, engine.HandleMethodNotAllowed = false, true
	if err := engine.SetTrustedProxies(proxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	engine.Use(s.identify, s.logRequest, s.recover, s.secureHeaders, s.refuseForeign(), s.limitBody)
	static := gin.WrapH(web.StaticHandler())
	engine.GET(web.StaticPath+"*file", static)
	engine.HEAD(web.StaticPath+"*file", static)
	engine.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	engine.GET("/readyz", s.ready)
	for _, r := range s.routes {
		engine.Handle(r.method, r.path, s.serve(r))
		if r.method == http.MethodGet {
			engine.HEAD(r.path, s.serve(r))
		}
	}
	missing := s.serve(route{handle: func(*visit) error { return errNoPage }, open: true, anyQuery: true})
	engine.NoRoute(missing)
	engine.NoMethod(s.serve(route{handle: func(*visit) error { return errNoMethod }, open: true, anyQuery: true}))
	return engine, nil
}

// Handler answers requests; tests use it without a network.
func (s *Server) Handler() http.Handler { return s.handler }

// ready tells whether requests should be sent here.
func (s *Server) ready(c *gin.Context) {
	if s.stopping.Load() {
		c.String(http.StatusServiceUnavailable, "stopping\n")
		return
	}
	if _, err := s.app.Directory(c.Request.Context()); err != nil {
		c.String(http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}

// The limits of a request and of stopping.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 32 << 10
	maxBody       = 1 << 20
	drainTimeout  = 30 * time.Second
)

// Serve answers requests from a listener until the context ends, then lets those in flight finish.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("requests in flight were cut off: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
