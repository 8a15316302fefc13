package web

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Languages are those of the product, as in addresses and accounts; the first is the one to fall back on.
var Languages = []string{"en", "zh-Hans"}

// Messages puts message keys into words, in each language of the product.
type Messages struct {
	localizers map[string]*i18n.Localizer
	keys       map[string]map[string]bool
	counted    map[string]bool // those with a singular
	matcher    language.Matcher
}

// LoadMessages reads the embedded message files, once for the whole program.
var LoadMessages = sync.OnceValues(loadMessages)

func loadMessages() (*Messages, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	m := &Messages{localizers: map[string]*i18n.Localizer{}, keys: map[string]map[string]bool{}, counted: map[string]bool{}}
	var tags []language.Tag
	for _, code := range Languages {
		text, err := fs.ReadFile(Locales(), code+".toml")
		if err != nil {
			return nil, err
		}
		file, err := bundle.ParseMessageFileBytes(text, code+".toml")
		if err != nil {
			return nil, fmt.Errorf("messages %s: %w", code, err)
		}
		m.keys[code] = map[string]bool{}
		for _, message := range file.Messages {
			m.keys[code][message.ID] = true
			if message.One != "" {
				m.counted[message.ID] = true
			}
		}
		m.localizers[code] = i18n.NewLocalizer(bundle, code)
		tags = append(tags, language.Make(code))
	}
	m.matcher = language.NewMatcher(tags)
	return m, nil
}

// Say gives a message in a language. Where a message has a singular, a whole number called count chooses it; numbers are
// written as the reader writes them. A key without a message gives the key, so that nothing is silently left out.
func (m *Messages) Say(lang, key string, args map[string]any) string {
	if !m.keys[lang][key] {
		lang = Languages[0]
	}
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := make(map[string]any, len(args))
		for name, value := range args {
			data[name] = value
			if n, isCount := value.(int); isCount {
				data[name] = Number(n)
			}
		}
		config.TemplateData = data
	}
	if n, isCount := args["count"].(int); isCount && m.counted[key] {
		config.PluralCount = n
	}
	text, err := m.localizers[lang].Localize(config)
	if err != nil {
		return key
	}
	return text
}

// Has tells whether a language has a message of its own for a key.
func (m *Messages) Has(lang, key string) bool { return m.keys[lang][key] }

// Keys lists a language's message keys in order.
func (m *Messages) Keys(lang string) []string { return slices.Sorted(maps.Keys(m.keys[lang])) }

// Match gives the language of the product that suits a browser's Accept-Language best, else the given one.
func (m *Messages) Match(accept, otherwise string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return otherwise
	}
	_, at, confidence := m.matcher.Match(tags...)
	if confidence == language.No {
		return otherwise
	}
	return Languages[at]
}

// Speaks tells whether a language is one of the product's.
func Speaks(lang string) bool { return slices.Contains(Languages, lang) }

// Number writes a whole number with its thousands apart, which both languages do by commas.
func Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "\u2212", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return sign + strings.Join(groups, ",")
}
