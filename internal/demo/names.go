package demo

import (
	"fmt"
	"math/rand/v2"
)

// syllable is a character with its reading. Within one list no two readings are equal, so that two words that differ in
// Chinese also differ in English.
type syllable struct{ han, pinyin string }

// The words of trade names are made of one character from a list of firsts and one from wordEnds: landscape and light, as
// shop signs like them, but none of the characters that the names of real dealer groups are made of (宝, 德, 达, 升, 骏).
// Groups and dealerships have different firsts, so that a dealership never bears a group's name by chance.
var (
	dealershipWordStarts = []syllable{
		{"瑶", "yao"}, {"澜", "lan"}, {"璟", "jing"}, {"煦", "xu"}, {"晏", "yan"}, {"棠", "tang"}, {"昭", "zhao"}, {"绮", "qi"},
		{"琅", "lang"}, {"翎", "ling"}, {"熠", "yi"}, {"悠", "you"}, {"皓", "hao"}, {"蔚", "wei"}, {"砺", "li"}, {"澄", "cheng"},
		{"筠", "yun"}, {"琢", "zhuo"}, {"衡", "heng"}, {"朔", "shuo"}, {"柠", "ning"}, {"穗", "sui"}, {"槐", "huai"},
	}
	groupWordStarts = []syllable{
		{"峥", "zheng"}, {"韶", "shao"}, {"旷", "kuang"}, {"皋", "gao"}, {"笙", "sheng"}, {"槿", "jin"}, {"笃", "du"},
	}
	wordEnds = []syllable{
		{"禾", "he"}, {"川", "chuan"}, {"屿", "yu"}, {"原", "yuan"}, {"汀", "ting"}, {"岭", "ling"}, {"桥", "qiao"}, {"野", "ye"},
		{"陌", "mo"}, {"澍", "shu"}, {"峦", "luan"}, {"泉", "quan"}, {"坪", "ping"}, {"岫", "xiu"}, {"帆", "fan"}, {"枫", "feng"},
		{"麓", "lu"}, {"阡", "qian"}, {"堤", "di"},
	}
	// quarters tell apart the dealerships of a city that has more of them than there are words.
	quarters = []syllable{{"", ""}, {"城东", "Chengdong "}, {"城南", "Chengnan "}, {"城西", "Chengxi "}, {"城北", "Chengbei "}, {"城中", "Chengzhong "}}
)

// The parts of people's names: frequent surnames, and characters for given names that suit anyone. The single ones are a
// list of their own, because short names are the likeliest to belong to somebody well known.
var (
	surnames = []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤")

	givenStarts  = []rune("思雨书若景知以沛承允念清语星子嘉梓晓静松柏秋沐芷昕谨亭惟修望映晗蕴简疏")
	givenEnds    = []rune("安舟遥禾言晴然宁桐航岩溪帆恒青月竹苗笛榆荷岚越芃薇阳茹晖朗彦菱淳莹祺皓")
	givenSingles = []rune("舟遥禾桐岩榆笛芃荷菱晖淳祺苗")
)

// tradeName is a company's name in both languages.
type tradeName struct{ zh, en string }

// namer makes the names of one network. What it gives depends on the source of chance and the order of the calls alone. It
// is not safe for concurrent use.
type namer struct {
	chance *rand.Rand
	walks  map[string]*wordWalk
	groups *wordWalk
}

// newNamer starts a network's names; every number of chance is drawn from the source given.
func newNamer(chance *rand.Rand) *namer {
	return &namer{chance: chance, walks: map[string]*wordWalk{}, groups: newWordWalk(chance, groupWordStarts)}
}

// dealership names a dealership after its city and a word: 苏州澜禾汽车销售服务有限公司, "Suzhou Lanhe Automobile Sales &
// Service". One namer never gives the same name twice, in neither language.
func (n *namer) dealership(at *city) tradeName {
	// Cities that are written alike in English (Suzhou in Jiangsu and in Anhui) share a walk and so never share a word.
	walk := n.walks[at.nameEN]
	if walk == nil {
		walk = newWordWalk(n.chance, dealershipWordStarts)
		n.walks[at.nameEN] = walk
	}
	word, round := walk.next()
	quarter, lap := quarters[round%len(quarters)], round/len(quarters)
	zh, en := "", ""
	if lap > 0 {
		zh, en = fmt.Sprintf("第%d", lap+1), fmt.Sprintf(" No. %d", lap+1)
	}
	return tradeName{
		zh: at.nameZH + quarter.han + word.zh + zh + "汽车销售服务有限公司",
		en: at.nameEN + " " + quarter.pinyin + word.en + en + " Automobile Sales & Service",
	}
}

// group names a dealer group: 韶禾汽车集团, "Shaohe Automobile Group". One namer never gives the same name twice.
func (n *namer) group() tradeName {
	word, round := n.groups.next()
	zh, en := "", ""
	if round > 0 {
		zh, en = fmt.Sprintf("第%d", round+1), fmt.Sprintf(" No. %d", round+1)
	}
	return tradeName{zh: word.zh + zh + "汽车集团", en: word.en + en + " Automobile Group"}
}

// person names somebody: a surname and one or, four times in five, two more characters. Names repeat, as people's do.
func (n *namer) person() string {
	// The lower of two draws favours the surnames that stand first, the frequent ones.
	surname := surnames[min(n.chance.IntN(len(surnames)), n.chance.IntN(len(surnames)))]
	if n.chance.IntN(5) == 0 {
		return string([]rune{surname, pick(n.chance, givenSingles)})
	}
	return string([]rune{surname, pick(n.chance, givenStarts), pick(n.chance, givenEnds)})
}

// address makes a street address in the city: 苏州市澜禾大道123号. The road is invented, its name made as a trade name is.
func (n *namer) address(at *city) string {
	road := pick(n.chance, dealershipWordStarts).han + pick(n.chance, wordEnds).han
	kind := pick(n.chance, []string{"大道", "路", "街"})
	return fmt.Sprintf("%s市%s%s%d号", at.nameZH, road, kind, 1+n.chance.IntN(998))
}

// phones gives the sales and service numbers of the network's dealership of that serial number (0 to 99,999), different
// for each. They reach nobody: no area code in China is 0000, which dials abroad to a country code that does not exist.
func phones(serial int) (sales, service string) {
	number := func(base int) string {
		digits := base + serial
		return fmt.Sprintf("0000-%04d-%04d", digits/10_000, digits%10_000)
	}
	return number(5550_0000), number(5560_0000)
}

// wordWalk goes through all words of a list of firsts in an order drawn once, and then through them again.
type wordWalk struct {
	starts              []syllable
	first, stride, step int
}

// newWordWalk draws where the walk begins and how far it strides.
func newWordWalk(chance *rand.Rand, starts []syllable) *wordWalk {
	words := len(starts) * len(wordEnds)
	// A long stride, so that a city's names do not all begin alike.
	stride := words/3 + chance.IntN(words/3)
	for greatestCommonDivisor(stride, words) != 1 {
		stride++
	}
	return &wordWalk{starts: starts, first: chance.IntN(words), stride: stride}
}

// next gives the walk's next word and how many times the walk has been round before: within one round no word comes
// twice, because the stride shares no divisor with the number of words.
func (w *wordWalk) next() (word tradeName, round int) {
	words := len(w.starts) * len(wordEnds)
	at := (w.first + w.step%words*w.stride) % words
	round = w.step / words
	w.step++
	start, end := w.starts[at/len(wordEnds)], wordEnds[at%len(wordEnds)]
	return tradeName{zh: start.han + end.han, en: capitalised(start.pinyin) + end.pinyin}, round
}

// capitalised gives an ASCII word in lower case its capital letter.
func capitalised(word string) string { return string(word[0]-'a'+'A') + word[1:] }

// greatestCommonDivisor is Euclid's, of two positive numbers.
func greatestCommonDivisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// pick draws one of a list.
func pick[T any](chance *rand.Rand, from []T) T { return from[chance.IntN(len(from))] }
