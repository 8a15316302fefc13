package tracker

// Proof is an accepted claim's effect: a requirement is met from one day until another.
type Proof struct {
	Head
	Dealership  DealershipID
	Requirement string
	Subject     string // the model or generation it is about; empty: none
	From        Date
	Until       Date
	Evidence    string // the evidence it rests on
}

// Waiver frees a dealership from a brand requirement for a time. The law is never waived.
type Waiver struct {
	Head
	Dealership   DealershipID
	Requirement  string
	From         Date
	Until        Date
	Grounds      string
	Compensation string // the measure taken instead
}

func (Proof) Kind() FactKind  { return FactProof }
func (Waiver) Kind() FactKind { return FactWaiver }

// FirstDay is the first day of the proof.
func (f Proof) FirstDay() Date { return f.From }

// FirstDay is the first day of the waiver.
func (f Waiver) FirstDay() Date { return f.From }

// Last gives the last day on which the proof holds; zero when no end is known.
func (f Proof) Last() Date { return f.Until.Add(-1) }

// Last gives the last day of the waiver; zero when no end is known.
func (f Waiver) Last() Date { return f.Until.Add(-1) }
