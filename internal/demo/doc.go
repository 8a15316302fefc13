// Package demo tells the story of a synthetic dealer network and records it through the use cases: nouns, and dated facts
// with every version of each, as people would have recorded them. No figure is written down anywhere; every one follows
// from the facts, by the same code as in an installation with real data.
//
// # What is real and what is not
//
// Provinces, cities and coordinates are real (data/SOURCES.md). Companies, people, staff numbers, addresses and telephone
// numbers are invented. The numbers of permits look like real ones, which are made of national identity numbers, but
// can be nobody's: area code, date of birth and check character are all impossible.
//
// # Options alone
//
// The same options give the same network, to the last id and moment. A sketch of each dealership comes from quotas over
// the whole network (plan.go); the rest is told block by block of eight neighbours, each time from dice made of the seed
// and the place in the network, so that a network of any size passes through a bounded memory. People move between
// dealerships within a block only.
//
// # What is set, and what happens by itself
//
// Set by quota, for every seed and in proportion for every size, are the counts that the China Daily article of
// 2022-12-20 gives for the end of November 2022: dealerships, certified ones, qualified technicians, completed upgrades;
// how many hold the permit when the law comes into force; and how many are not certified at present (fate). Leavers,
// late renewals, missed reviews, grace and what follows from them happen by chance, the more often the less diligent a
// dealership is.
//
// The network was rolled out from March 2020 to November 2022: half of it is certified by mid-2021. Technicians were
// trained around their dealership's certification. Permits became customary in the years before 2024-04-01; on that
// day about a fifth of the technicians lack one, so that fewer are qualified for NEVs than the day before, and at three
// dealerships in a hundred the law light turns red; by the end of 2024 nearly all have one. From July 2025 on renewals name the
// second version of the standard.
//
// Beyond the headcounts each certified dealership has a few proofs of its checklist; a third of the certificates were audited
// with a score; iShowrooms, Green Stars and battery take-back outlets follow the maker's published figures (outlets.go); some
// dealerships changed owner or site. All this is told last, with dice of its own.
//
// # The future
//
// Nothing was recorded after the knowledge moment, 2026-11-01. Known until then are the ends of certificates, reviews that
// fall due, notices given, hires, moves, openings, closings and withdrawals announced, and modules planned to 2030. The
// ends of certifications lie evenly over two years, and those that would fall into the weeks after the knowledge day are
// renewed already, six to seventeen weeks ahead. So in the 90 days from 2026-11-23 about one dealership in twenty loses
// the right to sell; and if nobody acts from then on, one in eight loses it each quarter: a year later a little over half
// are certified still, and after two years almost none. That is what the forecast is there to show.
//
// # Moments
//
// What began before there were records was taken over in January 2020, each dealership in one go. All later facts were
// recorded in office hours on working days near their own day: mostly within the week, some ahead, some weeks late. A
// few were mistaken and corrected or voided later, with a reason. No two dealerships share a moment.
package demo
