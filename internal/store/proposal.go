package store

import (
	"encoding/base64"
	"slices"

	"dealercert/internal/tracker"
)

// The actions of the change log about proposals, beside ActionWithdrawn.
const (
	ActionProposed  = "proposed"
	ActionConfirmed = "confirmed"
	ActionDeclined  = "declined"
)

// ProposalQuery says which proposals are asked for, as seen by whom.
type ProposalQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	ID         tracker.FactID
	Dealership tracker.DealershipID
	Person     tracker.PersonID
	Regions    []tracker.RegionID // by today's assignment
	States     []tracker.ProposalState
	Newest     bool // the newest first; else those that have waited longest
	Page       int  // from 1
	PerPage    int  // 0: all
}

// proposalRow is a proposal as it is kept: what was typed is encrypted.
type proposalRow struct {
	tracker.Proposal
	OfKey      string
	FormCipher string
}

// proposalColumns lists the columns of proposalRow.
const proposalColumns = "id, state, version, deed, of_key, dealership_id, person_id, region_id, ground, begins, reason, form_cipher, " +
	"kinds, base, proposed_by, proposed_at, decided_by, decided_at, answer"

// AddProposal keeps a new proposal of who writes and gives it with its identity.
func (tx *Tx) AddProposal(p tracker.Proposal) (tracker.Proposal, error) {
	p.ID, p.Version, p.State = tx.head("").ID, 1, tracker.ProposalWaiting
	p.ProposedBy, p.ProposedAt = tx.writing.By.ID, tx.moment
	sealed, err := tx.store.cipher.seal(p.Form, p.ID)
	if err != nil {
		return p, err
	}
	row := proposalRow{Proposal: p, OfKey: p.Of, FormCipher: base64.StdEncoding.EncodeToString(sealed)}
	tx.wrote = true
	if err := tx.db.Table("proposals").Omit("Of", "Form").Create(&row).Error; err != nil {
		return p, translate(err, "proposal", p.ID)
	}
	return p, tx.noteProposal(ActionProposed, p)
}

// SetProposal keeps a proposal's next version and notes the action. The fault is Stale when another step came first.
func (tx *Tx) SetProposal(p tracker.Proposal, action string) error {
	tx.wrote = true
	done := tx.db.Exec("UPDATE proposals SET state = ?, version = ?, decided_by = ?, decided_at = ?, answer = ? WHERE id = ? AND version = ?",
		p.State, p.Version, p.DecidedBy, p.DecidedAt, p.Answer, p.ID, p.Version-1)
	if done.Error != nil {
		return translate(done.Error, "proposal", p.ID)
	}
	if done.RowsAffected != 1 {
		return tracker.Fault(tracker.Stale, "stale", "noun", "proposal", "key", p.ID)
	}
	return tx.noteProposal(action, p)
}

// Proposals gives the proposals that match and how many there are in all. What is about a dealership that is not recorded
// yet is seen through the region it is meant for.
func (tx *Tx) Proposals(q ProposalQuery) ([]tracker.Proposal, int, error) {
	where := conditions{clause{" FROM proposals p WHERE 1 = 1", nil}}
	within := func(scope tracker.Scope) {
		if scope.All {
			return
		}
		seen := seenAmong(scope, q.Today, "p.dealership_id")
		where.and("("+seen.sql+" OR p.dealership_id = 0 AND p.region_id IN ?)", append(slices.Clone(seen.args), orNone(scope.Regions))...)
	}
	within(q.Scope)
	if len(q.Regions) > 0 {
		within(tracker.Scope{Regions: q.Regions})
	}
	if q.ID != "" {
		where.and("p.id = ?", q.ID)
	}
	if q.Dealership != 0 {
		where.and("p.dealership_id = ?", q.Dealership)
	}
	if q.Person != 0 {
		where.and("p.person_id = ?", q.Person)
	}
	if len(q.States) > 0 {
		where.and("p.state IN ?", q.States)
	}
	var total int
	if err := tx.db.Raw("SELECT COUNT(*)"+where.sql, where.args...).Scan(&total).Error; err != nil || total == 0 {
		return nil, 0, err
	}
	order := " ORDER BY p.proposed_at, p.id"
	if q.Newest {
		order = " ORDER BY p.proposed_at DESC, p.id DESC"
	}
	args := slices.Clone(where.args)
	if q.PerPage > 0 {
		order += " LIMIT ? OFFSET ?"
		args = append(args, q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	var rows []proposalRow
	if err := tx.db.Raw("SELECT "+prefixedColumns("p", proposalColumns)+where.sql+order, args...).Scan(&rows).Error; err != nil {
		return nil, 0, err
	}
	out := make([]tracker.Proposal, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = tx.proposal(row); err != nil {
			return nil, 0, err
		}
	}
	return out, total, nil
}

// proposal opens what was typed.
func (tx *Tx) proposal(row proposalRow) (tracker.Proposal, error) {
	out := row.Proposal
	out.Of = row.OfKey
	sealed, err := base64.StdEncoding.DecodeString(row.FormCipher)
	if err != nil {
		return out, err
	}
	out.Form, err = tx.store.cipher.open(sealed, out.ID)
	return out, err
}

// Proposal gives one proposal within a query's scope. The fault is NotFound for one outside it.
func (tx *Tx) Proposal(q ProposalQuery) (tracker.Proposal, error) {
	list, _, err := tx.Proposals(q)
	if err != nil {
		return tracker.Proposal{}, err
	}
	if q.ID == "" || len(list) == 0 {
		return tracker.Proposal{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "proposal", "key", q.ID)
	}
	return list[0], nil
}

// Proposers gives who proposed what was confirmed at some moments, which are those of the facts that it became.
func (tx *Tx) Proposers(moments []tracker.Moment) (map[tracker.Moment]tracker.AccountID, error) {
	out := map[tracker.Moment]tracker.AccountID{}
	for chunk := range slices.Chunk(moments, listChunk) {
		var rows []struct {
			DecidedAt  tracker.Moment
			ProposedBy tracker.AccountID
		}
		err := tx.db.Raw("SELECT decided_at, proposed_by FROM proposals WHERE state = ? AND decided_at IN ?", tracker.ProposalConfirmed, chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.DecidedAt] = row.ProposedBy
		}
	}
	return out, nil
}

// noteProposal appends the entry of a proposal's step. It names who proposed, so that the log shows both people; what was
// typed stays out of it.
func (tx *Tx) noteProposal(action string, p tracker.Proposal) error {
	after := labels{"deed": string(p.Deed), "of": p.Of, "state": string(p.State), "ground": string(p.Ground), "begins": p.Begins.String()}
	if err := tx.label1(after, "proposed_by", "SELECT login FROM accounts WHERE id = ?", p.ProposedBy); err != nil {
		return err
	}
	reason := p.Reason
	if p.State == tracker.ProposalDeclined {
		reason = p.Answer
	}
	return tx.Note(Entry{
		Action: action, Kind: "proposal", Key: string(p.ID), Dealership: p.Dealership, Person: p.Person, Reason: reason, After: after,
	})
}
