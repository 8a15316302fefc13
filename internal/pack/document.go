package pack

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// document is a pack as it is written. Each kind of programme uses a part of it.
type document struct {
	Programme         scalar          `yaml:"programme"`
	Kind              scalar          `yaml:"kind"`
	Version           scalar          `yaml:"version"`
	Name              text            `yaml:"name"`
	Owner             text            `yaml:"owner"`
	Complete          bool            `yaml:"complete"`
	Source            *source         `yaml:"source"`
	EffectiveOn       number          `yaml:"effective_on"`
	TransitionUntil   number          `yaml:"transition_until"`
	ValidityMonths    number          `yaml:"validity_months"`
	RenewalWindowDays number          `yaml:"renewal_window_days"`
	ResetDays         number          `yaml:"reset_days"`
	PassScore         number          `yaml:"pass_score"`
	ConditionalScore  number          `yaml:"conditional_score"`
	ConditionsDays    number          `yaml:"conditions_days"`
	ConditionsGrace   number          `yaml:"conditions_grace_days"`
	RetryDays         number          `yaml:"retry_days"`
	WaiverMonths      number          `yaml:"waiver_months"`
	Generations       []scalar        `yaml:"generations"`
	Lifecycle         *lifecycle      `yaml:"lifecycle"`
	Requirements      []requirement   `yaml:"requirements"`
	Modules           []module        `yaml:"modules"`
	Qualifications    []qualification `yaml:"qualifications"`
	Models            []model         `yaml:"models"`
	Links             []link          `yaml:"links"`
	Courses           []course        `yaml:"courses"`
}

type requirement struct {
	Code        scalar   `yaml:"code"`
	Title       text     `yaml:"title"`
	Why         text     `yaml:"why"`
	Section     scalar   `yaml:"section"`
	Basis       scalar   `yaml:"basis"`
	Right       scalar   `yaml:"right"`
	Binding     scalar   `yaml:"binding"`
	ValidMonths number   `yaml:"valid_months"`
	Evidence    []scalar `yaml:"evidence"`
	Severity    scalar   `yaml:"severity"`
	Weight      number   `yaml:"weight"`
	Waivable    *bool    `yaml:"waivable"`
	InForceFrom number   `yaml:"in_force_from"`
	GraceDays   number   `yaml:"grace_days"`
	Measure     measure  `yaml:"measure"`
	Source      *source  `yaml:"source"`
}

type measure struct {
	Kind       scalar `yaml:"kind"`
	Skill      scalar `yaml:"skill"`
	Generation scalar `yaml:"generation"`
	Job        scalar `yaml:"job"`
	AtLeast    number `yaml:"at_least"`
	Percent    number `yaml:"percent"`
	JoinerDays number `yaml:"joiner_days"`

	Requirements   []scalar `yaml:"requirements"`
	Programme      scalar   `yaml:"programme"`
	OnceRecorded   bool     `yaml:"once_recorded"`
	Modules        []scalar `yaml:"modules"`
	Events         []scalar `yaml:"events"`
	TransitionDays number   `yaml:"transition_days"`
	Of             scalar   `yaml:"of"`
}

type module struct {
	Code      scalar  `yaml:"code"`
	Title     text    `yaml:"title"`
	Severity  scalar  `yaml:"severity"`
	Weight    number  `yaml:"weight"`
	Mandatory bool    `yaml:"mandatory"`
	Source    *source `yaml:"source"`
}

type qualification struct {
	Code              scalar   `yaml:"code"`
	Name              text     `yaml:"name"`
	Skills            []scalar `yaml:"skills"`
	For               scalar   `yaml:"for"`
	PerGeneration     bool     `yaml:"per_generation"`
	ReviewMonths      number   `yaml:"review_months"`
	ApplicationWindow number   `yaml:"application_window_days"`
	DormantAfter      number   `yaml:"dormant_after_months"`
	Source            *source  `yaml:"source"`
	Ladder            ladder   `yaml:",inline"`
}

type model struct {
	Code       scalar   `yaml:"code"`
	Name       scalar   `yaml:"name"`
	Brand      scalar   `yaml:"brand"`
	Franchises []scalar `yaml:"franchises"`
	Generation scalar   `yaml:"generation"`
	LaunchOn   number   `yaml:"launch_on"`
	EndOn      number   `yaml:"end_on"`
	Source     *source  `yaml:"source"`
}

// text is a text in the languages of the product.
type text struct {
	En scalar `yaml:"en"`
	Zh scalar `yaml:"zh"`
}

// source says where numbers come from.
type source struct {
	Basis scalar `yaml:"basis"`
	Cite  scalar `yaml:"cite"`
}

// scalar is a single value exactly as it is written, so that version 1.0 does not become 1.
type scalar string

// UnmarshalYAML takes the text of a scalar node.
func (s *scalar) UnmarshalYAML(node ast.Node) error {
	switch n := node.(type) {
	case *ast.LiteralNode:
		*s = scalar(n.Value.Value)
	case ast.ScalarNode:
		*s = scalar(n.GetToken().Value)
	default:
		return &yaml.UnexpectedNodeTypeError{Actual: node.Type(), Expected: ast.StringType, Token: node.GetToken()}
	}
	return nil
}

// number is a number or a day, bare or with its own source.
type number struct {
	given  bool
	value  scalar
	source *source
}

// UnmarshalYAML takes a scalar, or a mapping of value, basis and cite.
func (n *number) UnmarshalYAML(node ast.Node) error {
	n.given = true
	if _, mapping := node.(ast.MapNode); !mapping {
		return n.value.UnmarshalYAML(node)
	}
	var sourced struct {
		Value scalar `yaml:"value"`
		Basis scalar `yaml:"basis"`
		Cite  scalar `yaml:"cite"`
	}
	if err := yaml.NodeToValue(node, &sourced, yaml.Strict()); err != nil {
		return err
	}
	n.value, n.source = sourced.Value, &source{sourced.Basis, sourced.Cite}
	return nil
}
