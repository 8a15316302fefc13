package server_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"dealercert/internal/app/apptest"
)

// Programmes, states and decisions that only a pack knows are named by the pack, on every page and in both languages.
func TestWhatOnlyAPackKnowsIsNamedByThePack(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	raw := regexp.MustCompile(`\b(programme|state|decision)\.[a-z]+[a-z_-]*\b`)
	for _, row := range []struct {
		path string
		want map[string][]string // by language
	}{
		{"/dealerships/" + apptest.Healthy, map[string][]string{
			"en": {"NT Green Star", "not a member", "Battery take-back", "no outlet"}, "zh-Hans": {"BMW领创绿星", "未参加", "动力电池回收", "未设网点"},
		}},
		{"/dealerships?programme=green-star", map[string][]string{"en": {"NT Green Star", "Lighthouse store"}, "zh-Hans": {"BMW领创绿星", "灯塔店"}}},
		{"/dealerships/" + apptest.Healthy + "/timeline?programme=ishowroom", map[string][]string{"en": {"iShowroom"}, "zh-Hans": {"宝马新能源展厅"}}},
		{"/programmes", map[string][]string{"en": {"Technician levels"}, "zh-Hans": {"技师资质等级"}}},
	} {
		for lang, words := range row.want {
			join := "?"
			if strings.Contains(row.path, "?") {
				join = "&"
			}
			status, body := s.get(client, row.path+join+"lang="+lang)
			if status != http.StatusOK {
				t.Fatalf("%s: %d", row.path, status)
			}
			for _, word := range words {
				if !strings.Contains(body, word) {
					t.Errorf("%s in %s does not say %s", row.path, lang, word)
				}
			}
			if found := raw.FindString(visible(body)); found != "" {
				t.Errorf("%s in %s says %q", row.path, lang, found)
			}
			if strings.Contains(body, "#state-not_joined") {
				t.Errorf("%s: an icon that does not exist", row.path)
			}
		}
	}
}

// visible gives what a page says outside its tags.
func visible(body string) string { return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ") }
