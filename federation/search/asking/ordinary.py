"""Names of places that are ordinary words too.

Italy has comuni called Sale, Opera, Posta, Cascina and Re. Whoever types "addetto sale slot" wants none of them, so such a
name is a place only where something else says so: "a Opera", "zona Sale", "Sale (AL)". Chosen by hand among the comuni
whose name is a word, a given name or a surname in daily use.
"""

ORDINARY = frozenset(
    """
    acuto ala albi albino alfano ali alia altare altissimo alto amaro amato amelia ameno amorosi anzi apice arcade
    archi arco ardore arena ari armeno asola asso assolo badia barbara barile basico bee bella bellino benestare
    bergamasco bettola bianchi bianco bidoni boca bomba bonito bono borghi bormida bovino bozzolo brenta bruno busca
    caino calci calcio calco cambiano camini camino campagna campana canale candela candida caneva canino canna
    capaci capriolo carbone cardinale carro cascina casella casina castana castelli cattolica cavallino cavatore
    cave cene cento cerchio ceres cervino cervo cesa ceto chiari chiusa chiusi cicala ciro cis cittadella civita
    collio colonna compiano cona conta contrada cori covo cozzo curti dazio dello diamante dolce donato dragoni dro
    erbe este fabrizia falcone fallo fascia felino fermo ferriere filetto firmo fiumara fondi fontanella fonte force
    fornace fornelli fortezza fossa fosso frassino front frontone furore gaby gallese gazzo genga ginestra giove
    girasole giuliana grado graniti greci greggio grosso grotte idro incudine laghi lago lana lauro lavagna lei
    lenta leonessa lesina lettere levate liberi licenza liscia loculi lode lula lupara macello magione maglie
    maglione male malo mango manta mantello mara margarita marino marta martello marzio masi massa matrice mattinata
    medicina mele melissa melle mello meri merlino mese meta mezzana milena milo minori mira miranda mirto molare
    monta montale monteverde monti montone mores moresco moretta mori mossa mozzo mura musei naro naso nave ne nemi
    nesso noci nomi none norma noto nove novella novello nus ome onore opera opi ora orte ospedaletto ossi ottone
    paesana paese pagani palombaro paludi panettieri panni paola parenti parete pareto patti pau penne pergola
    perito pero pesche piatto pico piglio pigna pignola pignone pigra pila pisano piscina pizzo poli polla ponte
    ponti porte posada posta postal potenza preci premia pula quadri quart quarto quindici rabbi re rea rende rio
    riposto rive rodano romana romeno rosa rose rossa rotella rotonda rotondi rubano russi sacco sale salento salle
    salve sambuco scala scena scopa segni serrata sesto siano sigillo soglio sommo sona sora sorso sospiro sostegno
    specchia sperone spessa spiazzo spinoso stella stilo stra strozza supino taverna terrazzo terzo tito ton tornata
    torno toro torretta torricella tortora tramonti trinita troia trovo tufo ultimo urbana urbe uri uscio uta vaglia
    vallata valva vasto veglie vermiglio viale vicari vicoli villette vinci viola visco visone vita vittoria viu vo
    volano voltaggio zane zone
    """.split()  # noqa: SIM905
)

# These stay words even behind "a" or "zona", because that is how people say something else: a norma, a ponte, zona lago.
IDIOMS = frozenset(
    """
    alto arco bomba calco campagna campana canale carro cascina casella cento colonna conta fascia fondo fossa laghi
    lago lettere male mattinata meta mira monti mura ne norma nove onore ora paese piatto pila ponte posta quarto
    quindici re rotonda sale scala stella stra terzo tornata vita vo volano zone
    """.split()  # noqa: SIM905
)

# First words of longer names that do not stand for the name: nobody says "Finale" and expects Finale Ligure understood.
UNTELLING_HEADS = frozenset(
    """
    albano alice alluvioni altopiano angolo anversa arena atena badia bagni bagno barcellona barone battaglia
    belvedere borgo boschi bosco cairo calice camerata camino campagna campi campione campo canale cancello canonica
    cappella cappelle carbonara casanova caselle castellana castellazzo castelli cella celle centro ceppo certosa
    chiesa chiusi cisterna citta colle colli conca concordia contessa corna corno corte costa crocetta diano domus
    dosso fabbrica fabbriche fara finale fiume fiumicello fontana fonte forni forno forte forza gallo giardini gioia
    gioiosa giuliano golfo grana grotte guarda guardia incisa inverno inverso isola isole lastra limone macchia
    madonna magre marciano margherita mariana mariano marina martina massa mazzo mercatino mercato molina molini
    molino monastero montagna montano monte morra motta nizza nova oliva ospitale palazzo palma pavone pellegrino
    penna penne persico piana piane piano piazza pietra piove ponti popoli porte portico porto pozzo quarto quattro
    quinto ricco ripalta riva rivolta roccaforte rocchetta romano ronchi rovere sala salice santi sasso savoia scala
    scaletta scheggia schiavi sella selva senna serra sesta settimo silvano stagno stella taglio tempio terme
    termini terre terzo tocco torri vaglio vallata valle valli vallo varco vico ville villetta vittorio volta
    """.split()  # noqa: SIM905
)
