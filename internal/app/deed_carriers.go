package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// carrier carries deeds of one kind out, or shows what they would change, from what was typed.
type carrier struct {
	run     func(a *App, ctx context.Context, by tracker.Actor, p tracker.Proposal, anew bool) error
	preview func(a *App, ctx context.Context, by tracker.Actor, p tracker.Proposal) (Effect, error)
}

// carriers says for each kind of deed which use case it is.
func carriers() map[tracker.DeedKind]carrier {
	return map[tracker.DeedKind]carrier{
		tracker.DeedDecision:      carried((*App).RecordDecision, (*App).PreviewDecision),
		tracker.DeedVoid:          carried((*App).VoidFact, (*App).PreviewVoid),
		tracker.DeedEndEmployment: carried((*App).EndEmployment, (*App).PreviewEndEmployment),
		tracker.DeedModule:        carried((*App).SetModule, (*App).PreviewModule),
		tracker.DeedLife:          carried((*App).RecordLife, (*App).PreviewLife),
		tracker.DeedMove:          carried((*App).MoveDealership, (*App).PreviewMove),
		tracker.DeedClose:         carried((*App).CloseDealership, (*App).PreviewClose),
		tracker.DeedEmployment:    carried((*App).SetEmployment, (*App).PreviewEmployment),
		tracker.DeedLeave:         carried((*App).SetLeave, (*App).PreviewLeave),
		tracker.DeedQualification: carried((*App).SetQualification, (*App).PreviewQualification),
		tracker.DeedReview:        carried((*App).SetReview, (*App).PreviewReview),
		tracker.DeedVoidOfPerson:  carried((*App).VoidOfPerson, (*App).PreviewVoidOfPerson),
		tracker.DeedResults: carried(
			func(a *App, ctx context.Context, by tracker.Actor, session string, f resultsForm) error {
				return a.EnterOutturns(ctx, by, session, f.Results)
			},
			func(a *App, ctx context.Context, by tracker.Actor, session string, f resultsForm) (Effect, error) {
				return a.PreviewOutturns(ctx, by, session, f.Results)
			}),
		tracker.DeedResultBack: carried(
			func(a *App, ctx context.Context, by tracker.Actor, booking string, f takeBackForm) error {
				_, err := a.TakeBackOutturn(ctx, by, booking, f.Version, f.Reason)
				return err
			},
			func(a *App, ctx context.Context, by tracker.Actor, booking string, f takeBackForm) (Effect, error) {
				return a.PreviewTakeBack(ctx, by, booking, f.Version, f.Reason)
			}),
		tracker.DeedNewPerson: carried(
			func(a *App, ctx context.Context, by tracker.Actor, _ string, f NewPersonForm) error {
				return a.CreatePerson(ctx, by, f)
			},
			func(a *App, ctx context.Context, by tracker.Actor, _ string, f NewPersonForm) (Effect, error) {
				return a.PreviewNewPerson(ctx, by, f)
			}),
		tracker.DeedNewDealership: carried(
			func(a *App, ctx context.Context, by tracker.Actor, _ string, f DealershipForm) error {
				_, err := a.CreateDealership(ctx, by, f)
				return err
			},
			func(a *App, ctx context.Context, by tracker.Actor, _ string, f DealershipForm) (Effect, error) {
				return a.previewNewDealership(ctx, by, f)
			}),
	}
}

// carried makes a carrier of a use case and its preview.
func carried[F any](
	run func(*App, context.Context, tracker.Actor, string, F) error,
	preview func(*App, context.Context, tracker.Actor, string, F) (Effect, error),
) carrier {
	return carrier{
		run: func(a *App, ctx context.Context, by tracker.Actor, p tracker.Proposal, anew bool) error {
			form, err := formOf[F](p.Form, anew)
			if err != nil {
				return err
			}
			return run(a, ctx, by, p.Of, form)
		},
		preview: func(a *App, ctx context.Context, by tracker.Actor, p tracker.Proposal) (Effect, error) {
			form, err := formOf[F](p.Form, false)
			if err != nil {
				return Effect{}, err
			}
			return preview(a, ctx, by, p.Of, form)
		},
	}
}

// formOf reads what was typed. Who looked at it anew has also seen which later decisions lose their effect.
func formOf[F any](text string, anew bool) (F, error) {
	var form F
	err := json.Unmarshal([]byte(text), &form)
	if err == nil && anew {
		err = json.Unmarshal([]byte(`{"Confirm": true, "Confirmed": true}`), &form)
	}
	return form, err
}

// unlabelled are the fields of forms that nobody reads: identities, and what is shown apart.
var unlabelled = map[string]bool{"Chain": true, "Qualification": true, "Confirm": true, "Confirmed": true, "Version": true, "Was": true, "Reason": true}

// labelNames are the labels of fields that are called otherwise in forms.
var labelNames = map[string]string{"NextDue": "review_due_on", "Certificate": "certificate_no", "Kind": "fact_kind", "Brands": "brand"}

// typedLabels gives what was typed into a form, field by field in its order.
func typedLabels(form string) []Label {
	var out []Label
	from := json.NewDecoder(bytes.NewReader([]byte(form)))
	if _, err := from.Token(); err != nil {
		return nil
	}
	for from.More() {
		name, err := from.Token()
		if err != nil {
			return out
		}
		var value any
		if from.Decode(&value) != nil {
			return out
		}
		field := fmt.Sprint(name)
		text := ""
		switch v := value.(type) {
		case string:
			text = strings.TrimSpace(v)
		case []any:
			var parts []string
			for i := range v {
				if part, is := v[i].(string); is {
					parts = append(parts, part)
				}
			}
			text = strings.Join(parts, ", ")
		}
		if text == "" || unlabelled[field] {
			continue
		}
		key, renamed := labelNames[field]
		if !renamed {
			key = snake(field)
		}
		if key == "certificate_no" {
			text = store.Masked(text)
		}
		out = append(out, Label{key, text})
	}
	return out
}

// snake writes a field's name as labels are written: ValidUntil is valid_until.
func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
