package server

import (
	"net/http"

	"dealercert/internal/tracker"
)

// rightRoutes are the addresses of what may be sold and serviced.
func rightRoutes() []route {
	const see, get = tracker.SeeDealerships, http.MethodGet
	return []route{
		{method: get, path: "/dealerships/:code/rights", action: see, handle: showRights},
		{method: get, path: "/api/v1/rights", action: see, query: rightsQuery, handle: apiRights},
	}
}

// rightsPage is what one dealership may sell and service on the day.
type rightsPage struct {
	dealershipPage
	Operating bool
	Sell      []rightLine
	Service   []rightLine
}

func showRights(v *visit) error {
	base, err := v.dealershipPage()
	if err != nil {
		return err
	}
	page := rightsPage{dealershipPage: base}
	page.Tab = "rights"
	rights, err := v.server.app.Rights(v.Request.Context(), v.actor, base.Code, v.on)
	if err != nil {
		return err
	}
	page.Operating = rights.Operating
	for _, view := range rights.Sell {
		page.Sell = append(page.Sell, v.rightLine(view, rights.People))
	}
	for _, view := range rights.Service {
		page.Service = append(page.Service, v.rightLine(view, rights.People))
	}
	return v.show("rights", page)
}
