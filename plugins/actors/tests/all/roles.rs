//! The role and the affiliation of each person.

use copydesk_plugin_actors::Scratch;

use crate::marked::{link, linker, parse};

/// Marked text, and the role and the affiliation of each person that has one.
const ROLES: &[(&str, &str)] = &[
    ("[PERSON Ana Ruiz], a senior advisor at [ORG Crisis Desk], left.", "Ana Ruiz: senior advisor, Crisis Desk"),
    (
        "[PERSON Ana Ruiz], herself a widow and now a diver, left. [PERSON Tom Berg], now a farmer, stayed.",
        "Tom Berg: farmer",
    ),
    ("[PERSON Ana Ruiz] has long been head of the village school.", "Ana Ruiz: head, village school"),
    ("[PERSON Ana Ruiz] runs [ORG Nordbahn].", "Ana Ruiz: , Nordbahn"),
    ("[ORG Nordbahn] is late. The firm's director, [PERSON Ana Ruiz], left.", "Ana Ruiz: director, Nordbahn"),
    (
        "[GPE Brennach] mayor [PERSON Ana Ruiz] met [GPE Leeds] MP [PERSON Tom Berg].",
        "Ana Ruiz: mayor, Brennach; Tom Berg: MP",
    ),
    ("The harbour board met. {“No,”} said <its clerk, [PERSON Ana Ruiz]>.", "Ana Ruiz: clerk, harbour board"),
    (
        "The trial of the former governor of [GPE Brennach] began. The former governor, [PERSON Tom Berg], smiled.",
        "Tom Berg: former governor, Brennach",
    ),
    ("Harbour master [PERSON Ana Ruiz] left.", "Ana Ruiz: Harbour master"),
    ("Yesterday minister [PERSON Ana Ruiz] left.", "Ana Ruiz: minister"),
    ("{“No,”} said <cabin crew vice-president [PERSON Ana Ruiz]>.", "Ana Ruiz: cabin crew vice-president"),
    ("[PERSON Ana Ruiz], founder and owner of the [ORG Nordbahn], left.", "Ana Ruiz: founder and owner, Nordbahn"),
    ("[PERSON Ana Ruiz], who works as a nurse at the village clinic, left.", "Ana Ruiz: nurse, village clinic"),
    ("[PERSON Ana Ruiz] ([ORG Greens]), a 34-year-old farmer, left.", "Ana Ruiz: farmer, Greens"),
    (
        "[PERSON Ana Ruiz], commissioner of police, met the owner of the boat, [PERSON Tom Berg].",
        "Ana Ruiz: commissioner of police; Tom Berg: owner",
    ),
    ("Deputy Finance Minister [PERSON Ana Ruiz] left.", "Ana Ruiz: Deputy Finance Minister"),
    ("Yesterday the marine biologist [PERSON Ana Ruiz] left.", "Ana Ruiz: marine biologist"),
    ("The commander of the navy, [PERSON Ana Ruiz], left.", "Ana Ruiz: commander, navy"),
    ("A fisherman in the public gallery, [PERSON Tom Berg], left.", "Tom Berg: fisherman"),
    ("[PERSON Eva Lang] left. Her deputy, [PERSON Tom Berg], stayed.", "Tom Berg: deputy"),
    ("[PERSON Eva Lang], 61, secretary of the Carters' Union, left.", "Eva Lang: secretary, Carters' Union"),
    (
        "[PERSON Eva Lang], who has been engineer to the harbour board since 2016, left.",
        "Eva Lang: engineer, harbour board",
    ),
    (
        "[PERSON Eva Lang], head of long-distance traffic at [ORG Nordbahn], left.",
        "Eva Lang: head of long-distance traffic, Nordbahn",
    ),
    ("[PERSON Eva Lang], mayor of the border town of [GPE Brennach], left.", "Eva Lang: mayor, Brennach"),
    ("It was late, according to the governor, [PERSON Tom Berg].", "Tom Berg: governor"),
    ("Counsel for the defence, [PERSON Tom Berg], rose.", "Tom Berg: Counsel for the defence"),
    ("[PERSON Eva Lang] is the president of the [ORG Borealis Bank].", "Eva Lang: president, Borealis Bank"),
    (
        "[PERSON Eva Lang], who heads [ORG Borealis], left. [PERSON Tom Berg] of [ORG Nordal] stayed.",
        "Eva Lang: , Borealis; Tom Berg: , Nordal",
    ),
    ("The [ORG Borealis] spokesman [PERSON Tom Berg] left.", "Tom Berg: spokesman, Borealis"),
    ("[ORG Borealis]'s lawyer, [PERSON Tom Berg], left.", "Tom Berg: lawyer, Borealis"),
    ("The county's game keeper, [PERSON Tom Berg], left.", "Tom Berg: game keeper, county"),
    ("Dr. [PERSON Eva Lang], a retired vet from [GPE Brennach], left.", "Eva Lang: vet"),
    ("The Harbour Commissioner, [PERSON Engr]. [PERSON Eva Lang], left.", "Eva Lang: Harbour Commissioner"),
    ("Father [PERSON Tom Berg], one of the two priests, left.", "Tom Berg: priest"),
    (
        "The mill's chief executive, an [NORP Icelander] named [PERSON Tom Berg], left.",
        "Tom Berg: chief executive, mill",
    ),
    ("{“No,”} said <a spokesman for [ORG Borealis]>.", "a spokesman for Borealis: spokesman, Borealis"),
    ("Justice [PERSON Eva Lang] rose. {“No,”} <the judge> said.", "Eva Lang: judge"),
    (
        "[PERSON Eva Lang], a senior fellow at the [FAC Borealis Centre], left.",
        "Eva Lang: senior fellow, Borealis Centre",
    ),
    (
        "[PERSON Eva Lang], who heads the charity [ORG Borealis], left. [PERSON Tom Berg] of the consultancy [ORG Nordal] stayed.",
        "Eva Lang: , Borealis; Tom Berg: , Nordal",
    ),
    (
        "[PERSON Eva Lang], manager of the [GPE Leeds]-based boat builder [ORG Nordal], left.",
        "Eva Lang: manager, Nordal",
    ),
    ("Carters' Union president [PERSON Eva Lang] left.", "Eva Lang: president, Carters' Union"),
    ("The board's spokesman on trade, [PERSON Tom Berg], left.", "Tom Berg: spokesman on trade, board"),
    ("[PERSON Eva Lang], chair of the committee on transport, left.", "Eva Lang: chair, committee on transport"),
    ("The judge herself, [PERSON Eva Lang], rose.", "Eva Lang: judge"),
    ("The harbour master, Captain [PERSON Tom Berg], left.", "Tom Berg: harbour master"),
    ("The envoy of the [ORG Nordic Council], Ambassador [PERSON Eva Lang], left.", "Eva Lang: envoy, Nordic Council"),
    ("The deputy commissioner, Md. [PERSON Anwar Parvez], left.", "Anwar Parvez: deputy commissioner"),
    ("[PERSON Eva Lang] MP left. [PERSON Tom Berg KC] stayed.", "Eva Lang: MP; Tom Berg: KC"),
    ("The farmer who owns the field, [PERSON Tom Berg], left.", "Tom Berg: farmer"),
    ("The farmer who met the minister, [PERSON Tom Berg], left.", "Tom Berg: minister"),
    (
        "The [ORG Brennach Credit Union] closed. [PERSON Eva Lang], the union's manager, left.",
        "Eva Lang: manager, Brennach Credit Union",
    ),
    (
        "Nurses at [FAC St Anne's Hospital] left. The hospital's porter, [PERSON Tom Berg], stayed.",
        "Tom Berg: porter, St Anne's Hospital",
    ),
    (
        "The [ORG University of Leeds] closed. The ministry's spokeswoman, [PERSON Eva Lang], rose.",
        "Eva Lang: spokeswoman, ministry",
    ),
    ("The seed bank at [GPE Leeds] burnt. Its director, [PERSON Eva Lang], wept.", "Eva Lang: director, seed bank"),
    (
        "[GPE Norland]'s tourist board was glad. {“Yes,”} said <its director, [PERSON Eva Lang]>.",
        "Eva Lang: director, tourist board",
    ),
    ("Roads secretary P. K. [PERSON Lang] left.", "Lang: Roads secretary"),
    (
        "Director of football [PERSON Tom Berg] left. The former minister of health [PERSON Eva Lang] stayed.",
        "Tom Berg: Director of football; Eva Lang: former minister of health",
    ),
    ("[ORG Nordal] vice-president for land [PERSON Tom Berg] rose.", "Tom Berg: vice-president for land, Nordal"),
    ("Lawyer and columnist [PERSON Eva Lang] left.", "Eva Lang: Lawyer and columnist"),
    ("The violin maker [PERSON Tom Berg] left.", "Tom Berg: violin maker"),
    (
        "[PERSON Eva Lang] of [GPE Batumi], a dentist, left. [PERSON Tom Berg], from [GPE Leeds], a nurse, stayed.",
        "Eva Lang: dentist; Tom Berg: nurse",
    ),
    ("[PERSON Eva Lang], who is in charge of the traffic police, left.", "Eva Lang: , traffic police"),
    ("[PERSON Eva Lang], who plays in the [ORG Northern Sinfonia], left.", "Eva Lang: , Northern Sinfonia"),
    ("The engine, [PERSON Eva Lang] said, was old. The mixer, [PERSON Tom Berg] said, was new.", ""),
    ("His predecessor, [PERSON Tom Berg], left. Her rival, [PERSON Eva Lang], stayed.", ""),
    ("[PERSON Tom Berg], the rival goalkeeper, left.", "Tom Berg: goalkeeper"),
    (
        "{“No,”} said <[PERSON Eva Lang], who manages funds at [ORG Nordal]>. <The fund manager> ‹reckons› {~that it fell}.",
        "Eva Lang: fund manager, Nordal",
    ),
    ("The minister of roads praised the crew. {“Thanks,”} <[PERSON Eva Lang]> ‹said›.", "Eva Lang: minister of roads"),
    (
        "The leader of the rescue team praised them: {“They sang.”} {“Badly,”} <[PERSON Eva Lang]> ‹added›.",
        "Eva Lang: leader, rescue team",
    ),
    (
        "The claim was denied by the bank's head of lending: {“Never,”} <[PERSON Tom Berg]> ‹told› [ORG Radio Loa].",
        "Tom Berg: head of lending, bank",
    ),
    (
        "[PERSON Eva Lang] ([ORG D-Ore.]), head of the [ORG Nordic Caucus], left. [PERSON Tom Berg] ([ORG R-S.C.]) stayed.",
        "Eva Lang: head, Nordic Caucus",
    ),
    ("Vice-presidential nominee Gov. [PERSON Tom Berg] left.", "Tom Berg: Vice-presidential nominee"),
    ("Neither [PERSON Eva Lang] nor [PERSON Tom Berg] left.", ""),
    (
        "First Minister [PERSON Eva Lang] met the second trumpeter, [PERSON Tom Berg].",
        "Eva Lang: First Minister; Tom Berg: trumpeter",
    ),
    ("The conservative Justice [PERSON Eva Lang] rose.", "Eva Lang: Justice"),
    (
        "The [ORG Nordic Union]'s envoy for the [LOC Black Sea], [PERSON Eva Lang], left.",
        "Eva Lang: envoy for the Black Sea, Nordic Union",
    ),
    ("[PERSON Eva Lang], a contender to fill the seat, left.", "Eva Lang: contender"),
    (
        "[PERSON Eva Lang], a former adviser to President [PERSON Tom Berg], left.",
        "Eva Lang: former adviser; Tom Berg: President",
    ),
    (
        "The electoral commission met. Its president, [PERSON Eva Lang], rose.",
        "Eva Lang: president, electoral commission",
    ),
    (
        "Ships fled the port of [GPE Brennach]. The port's director, [PERSON Eva Lang], rose.",
        "Eva Lang: director, port of Brennach",
    ),
    (
        "[PERSON Eva Lang], who manages funds at [GPE Borealis], left. [PERSON Tom Berg] from [GPE Leeds] stayed.",
        "Eva Lang: , Borealis",
    ),
    ("[PERSON Eva Lang] of Polder Compute left.", "Eva Lang: , Polder Compute"),
    ("[PERSON Eva Lang], a member of the Friends of the Harbour, left.", "Eva Lang: member, Friends of the Harbour"),
    ("[PERSON Eva Lang], who runs the charity Shorewatch, left.", "Eva Lang: , Shorewatch"),
    ("[PERSON Eva Lang], president of the Leeds-based Harbour Guild, left.", "Eva Lang: president, Harbour Guild"),
    ("A donor to Sen. [PERSON Eva Lang] left.", "Eva Lang: Sen."),
    ("She swept primary challenger [PERSON Eva Lang] aside.", "Eva Lang: challenger"),
    ("The new [PERSON Berg] supporters include state Rep. [PERSON Eva Lang].", "Eva Lang: state Rep."),
    ("Her views resemble Senator [PERSON Eva Lang]'s.", "Eva Lang: Senator"),
    ("Soon after the cruel slaughterer of cats, [PERSON Eva Lang] left.", ""),
    ("He used the access [PERSON Eva Lang] had. In a state [PERSON Tom Berg] won, it rained.", ""),
    ("[PERSON Tom Berg] was prime minister, [PERSON Eva Lang] said.", ""),
    ("A former [PERSON Eva Lang] speechwriter left.", ""),
    (
        "[PERSON Eva Lang] at the [EVENT Harbour Debate] spoke. [PERSON Tom Berg] at [ORG Nordal Bank] did not.",
        "Tom Berg: , Nordal Bank",
    ),
    ("[PERSON Eva Lang], who heads a project on tides for the [ORG Harbour Trust], left.", "Eva Lang: , Harbour Trust"),
    ("A longtime [ORG Nordal] official, [PERSON Eva Lang], left.", "Eva Lang: official, Nordal"),
    (
        "[PERSON Eva Lang], a lecturer in maritime law at [ORG Leeds University], left.",
        "Eva Lang: lecturer in maritime law, Leeds University",
    ),
    (
        "[PERSON Eva Lang], special envoy to the coalition fighting the [ORG Red Front], left.",
        "Eva Lang: special envoy, coalition",
    ),
    ("[PERSON Eva Lang], the city's [ORG Harbour Office] director, left.", "Eva Lang: director, Harbour Office"),
    (
        "[PERSON Eva Lang], co-founder of [ORG Nordal], rose. Her co-founder, [PERSON Tom Berg], sat. Her deputy, [PERSON Paul Roth], left.",
        "Eva Lang: co-founder, Nordal; Tom Berg: co-founder, Nordal; Paul Roth: deputy",
    ),
    ("[PERSON Eva Lang], mayor of [GPE Borgo] di [GPE Sopra], left.", "Eva Lang: mayor, Borgo di Sopra"),
    ("[PERSON Eva Lang], president of union number two, left.", "Eva Lang: president, union number two"),
    ("[PERSON Eva Lang], head of School No. 7, left.", "Eva Lang: head, School No. 7"),
    ("It was denied by the deputy commissioner, Md. [PERSON Anwar Parvez].", "Anwar Parvez: deputy commissioner"),
    (
        "They wrote to the health minister in red ink. {“No,”} said <the health minister, [PERSON Eva Lang]>.",
        "Eva Lang: health minister",
    ),
    ("[PERSON Eva Lang], a former [ORG Harbour Office] chief, left.", "Eva Lang: former chief, Harbour Office"),
    ("Former [ORG Nordal] chairman [PERSON Tom Berg] left.", "Tom Berg: Former chairman, Nordal"),
    (
        "[PERSON Eva Lang], a former [PERSON Berg] administration official, left.",
        "Eva Lang: former Berg administration official",
    ),
    ("In Leeds, police officer [PERSON Eva Lang] left.", "Eva Lang: police officer"),
    ("Retired Col. [PERSON Tom Berg] left.", "Tom Berg: Col."),
    ("It will render [PERSON Tom Berg] blind. They have to consider Rep. [PERSON Eva Lang].", "Eva Lang: Rep."),
    ("[PERSON Eva Lang] is the front-runner to fill [PERSON Tom Berg]'s seat.", "Eva Lang: front-runner"),
    ("The nominee to replace [PERSON Tom Berg] left.", ""),
    (
        "[PERSON Eva Lang], [PERSON Tom Berg]'s envoy to the [ORG Nordic Council], left.",
        "Eva Lang: envoy, Nordic Council",
    ),
    ("The cousin, [PERSON Tom Berg], left.", ""),
    ("In the winter, [PERSON Tom Berg] left. A year later, [PERSON Eva Lang] came.", ""),
    ("The garden of the governor, [PERSON Tom Berg] said, was dry.", ""),
    (
        "Justice [PERSON Eva Lang] heard advocate [PERSON Tom Berg]. Miss [PERSON Ana Ruiz] left.",
        "Eva Lang: Justice; Tom Berg: advocate",
    ),
    (
        "[ORG Harbour Cabinet] Secretary [PERSON Eva Lang] met the [ORG Cabinet] and [ORG Nordal] Secretary [PERSON Tom Berg].",
        "Eva Lang: Cabinet Secretary, Harbour; Tom Berg: Secretary, Nordal",
    ),
    (
        "The chair of the [ORG Carters' Guild], [GPE Leeds]'s [PERSON Eva Lang], left. After the flood, [GPE Leeds]'s [PERSON Tom Berg] stayed.",
        "Eva Lang: chair, Carters' Guild",
    ),
    ("[ORG Shorewatch]'s [PERSON Eva Lang] met [GPE Leeds]'s [PERSON Tom Berg].", "Eva Lang: , Shorewatch"),
    (
        "[PERSON Eva Lang], a linguist at [GPE Leeds]'s [ORG Institute of Words], left.",
        "Eva Lang: linguist, Institute of Words",
    ),
    ("[PERSON Eva Lang], a linguist from [GPE Leeds]'s heart, left.", "Eva Lang: linguist"),
    ("[PERSON Eva Lang] of the [NORP Danish] weekly [ORG Dagen], left.", "Eva Lang: , Dagen"),
    ("[PERSON Eva Lang], who leads a guild of eel smokers, left.", "Eva Lang: , guild of eel smokers"),
    ("[PERSON Eva Lang], who leads a life of quiet study, left.", ""),
    ("[PERSON Eva Lang], chair of the board of directors, left.", "Eva Lang: chair, board of directors"),
    (
        "[PERSON Eva Lang], head of the department of physics at [ORG Leeds University], left.",
        "Eva Lang: head, Leeds University",
    ),
    (
        "[PERSON Eva Lang], who covers [ORG Nordal] for [ORG Fjell Bank], left. [PERSON Tom Berg], who covers [ORG Nordal], stayed.",
        "Eva Lang: , Fjell Bank",
    ),
    (
        "[PERSON Eva Lang], who runs the shop and is clerk of the village's harbour committee, left.",
        "Eva Lang: clerk, harbour committee",
    ),
    (
        "The island's only vet, [PERSON Eva Lang], left. They only praised the vet, [PERSON Tom Berg].",
        "Eva Lang: vet; Tom Berg: vet",
    ),
    (
        "Her [ORG Greens] colleague, [PERSON Eva Lang], left. A colleague from [ORG Nordal], [PERSON Tom Berg], stayed.",
        "Eva Lang: , Greens",
    ),
    (
        "[PERSON Eva Lang], a critic of [ORG Nordal], met [ORG Nordal] customer [PERSON Tom Berg]. [ORG Dagen]'s critic, [PERSON Ana Ruiz], left.",
        "Eva Lang: critic; Tom Berg: customer; Ana Ruiz: critic, Dagen",
    ),
    (
        "The [ORG Nordic Union] met. The bloc's trade chief, [PERSON Eva Lang], left.",
        "Eva Lang: trade chief, Nordic Union",
    ),
    (
        "The union representing guards at the [GPE Leeds] depot met. Its president, [PERSON Eva Lang], left.",
        "Eva Lang: president, union",
    ),
    (
        "In the port town of [GPE Brennach], Mayor [PERSON Eva Lang] left. In [GPE Brennach], President [PERSON Tom Berg] stayed.",
        "Eva Lang: Mayor, Brennach; Tom Berg: President",
    ),
    (
        "At [ORG Fjell Bank], economist [PERSON Eva Lang] left. After [ORG Fjell Bank], economist [PERSON Tom Berg] stayed.",
        "Eva Lang: economist, Fjell Bank; Tom Berg: economist",
    ),
    (
        "[PERSON Karlov] captain [PERSON Tom Berg] scored. [PERSON Karlov] head coach [PERSON Ana Ruiz] left. [PERSON Berger]'s coach, [PERSON Eva Lang], and [PERSON Roth]'s lawyer, [PERSON Paul Wolf], stayed.",
        "Tom Berg: captain, Karlov; Ana Ruiz: head coach, Karlov; Eva Lang: coach; Paul Wolf: lawyer",
    ),
    (
        "[PERSON Velmar]'s trade minister, [PERSON Eva Lang], left [GPE Velmar]. [PERSON Ann Roth] left. [PERSON Roth]'s trade minister, [PERSON Tom Berg], stayed.",
        "Eva Lang: trade minister, Velmar; Tom Berg: trade minister",
    ),
    (
        "[ORG Nordal Foods] will cut jobs, the firm said. {“No,”} Chief Executive [PERSON Eva Lang] said. Analysts at [ORG Fjell Bank] left. Detective Chief Inspector [PERSON Tom Berg] stayed.",
        "Eva Lang: Chief Executive, Nordal Foods; Tom Berg: Detective Chief Inspector",
    ),
    (
        "[ORG Nordal Foods] will cut jobs, [ORG Fjell Bank] said of the firm. Chief Executive [PERSON Eva Lang] left.",
        "Eva Lang: Chief Executive",
    ),
    ("[ORG Harbour Watch] will pay. Chief Executive [PERSON Eva Lang] left.", "Eva Lang: Chief Executive"),
    (
        "[PERSON Eva Lang] and [PERSON Tom Berg], economists at [ORG Fjell Bank], left.",
        "Eva Lang: economist, Fjell Bank; Tom Berg: economist, Fjell Bank",
    ),
    (
        "[PERSON Eva Lang] and [PERSON Tom Berg], neighbours of [ORG Fjell Bank], met [PERSON Ana Ruiz] and [PERSON Paul Roth], a vet.",
        "Paul Roth: vet",
    ),
    (
        "[PERSON Eva Lang], an analyst covering banks at [ORG Carnes], left. [PERSON Tom Berg], a baker based in [GPE Leeds], stayed.",
        "Eva Lang: analyst, Carnes; Tom Berg: baker",
    ),
    (
        "[PERSON Eva Lang], an engineer employed by [ORG Nordal], left. [PERSON Tom Berg], a politician linked to [ORG Nordal], stayed.",
        "Eva Lang: engineer, Nordal; Tom Berg: politician",
    ),
    (
        "[PERSON Eva Lang], a violinist in the [ORG Northern Sinfonia], met [PERSON Tom Berg], an investor in [ORG Nordal].",
        "Eva Lang: violinist, Northern Sinfonia; Tom Berg: investor",
    ),
    (
        "[PERSON Eva Lang], the [ORG UN] special envoy for [GPE Norland], left.",
        "Eva Lang: special envoy for Norland, UN",
    ),
    (
        "[PERSON Tom Berg], a striker with [GPE Karlov], met [PERSON Paul Roth], a striker from [GPE Leeds]. [PERSON Ana Ruiz], who plays for [GPE Brennach], left.",
        "Tom Berg: striker, Karlov; Paul Roth: striker; Ana Ruiz: , Brennach",
    ),
    (
        "[PERSON Eva Lang], a historian of the [ORG Red Front] at [ORG Leeds University], left.",
        "Eva Lang: historian, Leeds University",
    ),
    (
        "Mayor [PERSON Eva Lang] of [GPE Leeds] met Captain [PERSON Tom Berg] of [GPE Brennach].",
        "Eva Lang: Mayor, Leeds; Tom Berg: Captain",
    ),
    ("[GPE Leeds] slept. [PERSON Leeds] lawyer [PERSON Tom Berg] did not.", "Tom Berg: lawyer"),
    (
        "[PERSON Eva Lang], who now runs [ORG Nordal], met [PERSON Tom Berg], who has never led [ORG Borealis].",
        "Eva Lang: , Nordal",
    ),
    (
        "[PERSON Eva Lang], an economist who teaches at [ORG Leeds University], met [PERSON Tom Berg], a baker whose son works at [ORG Nordal].",
        "Eva Lang: economist, Leeds University; Tom Berg: baker",
    ),
    (
        "[ORG Nordal]'s chairman resigned, and so did the bank's lawyer. The chairman, [PERSON Eva Lang], left. Lawyer [PERSON Tom Berg] stayed.",
        "Eva Lang: chairman, Nordal; Tom Berg: Lawyer",
    ),
    ("Chief Justice [PERSON Eva Lang] met Secretary of Justice [PERSON Tom Berg].", "Eva Lang: Chief Justice"),
    (
        "[ORG Harbour Court] Justice [PERSON Eva Lang] met the [ORG Nordal]. Justice [PERSON Tom Berg] left.",
        "Eva Lang: Justice, Harbour Court; Tom Berg: Justice",
    ),
    ("[PERSON Eva Lang], Chair In [ORG Maritime Law] at [ORG Leeds University], left.", "Eva Lang: Chair"),
    (
        "The teachers' union at [GPE Leeds] met. Its president, [PERSON Eva Lang], left.",
        "Eva Lang: president, teachers' union",
    ),
    (
        "[PERSON Eva Lang] ([ORG Greens], [GPE Leeds]) met [PERSON Tom Berg] ([ORG R], [GPE Brennach]) and [PERSON Ana Ruiz] ([GPE Brennach], [GPE Norland]).",
        "Eva Lang: , Greens",
    ),
    (
        "[PERSON Eva Lang] - a linguist with [ORG Nordal] - left. [PERSON Tom Berg] — a baker — stayed. [PERSON Ana Ruiz] - the baker said - slept. [PERSON Paul Roth] – a vet left.",
        "Eva Lang: linguist, Nordal; Tom Berg: baker",
    ),
    (
        "[PERSON Eva Lang], speaking for the [ORG Harbour Watch], left. [PERSON Tom Berg], on behalf of the harbour board, stayed. [PERSON Ana Ruiz], representing [ORG Nordal], rose.",
        "Eva Lang: , Harbour Watch; Tom Berg: , harbour board; Ana Ruiz: , Nordal",
    ),
    (
        "[PERSON Eva Lang], speaking for ten minutes, met [PERSON Tom Berg], on behalf of [PERSON Ana Ruiz], and [PERSON Paul Roth], representing [GPE Norland].",
        "",
    ),
    (
        "[ORG Nordal]'s press team, led by [PERSON Eva Lang], left. The harbour board, chaired by [PERSON Tom Berg], met. [ORG Shorewatch], headed by Dr [PERSON Ana Ruiz], closed.",
        "Eva Lang: , Nordal; Tom Berg: , harbour board; Ana Ruiz: , Shorewatch",
    ),
    (
        "The raid on [ORG Nordal]'s office, led by [PERSON Eva Lang], failed. The march, led by [PERSON Tom Berg], ended.",
        "",
    ),
    (
        "[PERSON Eva Lang] joined [ORG Nordal] as finance director in [DATE May]. [PERSON Tom Berg] joined [ORG Shorewatch] in [DATE 2010] as a nurse. [PERSON Ana Ruiz] left [ORG Nordal] as the director rose.",
        "Eva Lang: finance director, Nordal; Tom Berg: nurse, Shorewatch",
    ),
    (
        "[PERSON Eva Lang] joined [ORG Nordal] as a teenager. [PERSON Tom Berg] joined [ORG Nordal] as the director left.",
        "Eva Lang: , Nordal; Tom Berg: , Nordal",
    ),
    (
        "They praised [PERSON Eva Lang]'s role as chair of [ORG Nordal] and [PERSON Tom Berg]'s short spell as head of the harbour board. [PERSON Ana Ruiz]'s house as a museum and [PERSON Paul Roth]'s time as a boy passed.",
        "Eva Lang: chair, Nordal; Tom Berg: head, harbour board",
    ),
    (
        "The [ORG Carters' Guild] ([ORG CGU]) chair, Dr [PERSON Eva Lang], met the national president of the [ORG Nordic Union] (NU), [PERSON Tom Berg], and [ORG Fjell Bank] (FB) clerk [PERSON Ana Ruiz].",
        "Eva Lang: chair, Carters' Guild; Tom Berg: national president, Nordic Union; Ana Ruiz: clerk, Fjell Bank",
    ),
    ("The [ORG Nordic Union] (the largest) chair, [PERSON Eva Lang], left.", ""),
    (
        "{“No,”} said <head of the [ORG Harbour Office] [PERSON Eva Lang]>. Director General of the [ORG Ports Board], Engineer [PERSON Tom Berg], left.",
        "Eva Lang: head, Harbour Office; Tom Berg: Director General, Ports Board",
    ),
    (
        "After a row with the head of the [ORG Ports Board], Engineer [PERSON Tom Berg] left. Members of the [ORG Harbour Office] [PERSON Eva Lang] knew left.",
        "Tom Berg: Engineer",
    ),
    (
        "As treasurer of [ORG Nordal], [PERSON Eva Lang] says no. As the father of twins, [PERSON Tom Berg] sleeps. As the clerk of [ORG Nordal] rose, [PERSON Ana Ruiz] left.",
        "Eva Lang: treasurer, Nordal",
    ),
    (
        "[PERSON Eva Lang] and [PERSON Tom Berg], both of [ORG Nordal], met [PERSON Ana Ruiz] and [PERSON Paul Roth], both of [GPE Leeds].",
        "Eva Lang: , Nordal; Tom Berg: , Nordal",
    ),
    (
        "[PERSON Karlov Rovers]'s goalkeeper, [PERSON Tom Berg], left. The innings of the [ORG Kent Club] opener, [PERSON Paul Roth], ended. [PERSON Karla Rohr]'s captain, [PERSON Max Wolf], stayed.",
        "Tom Berg: goalkeeper, Karlov Rovers; Paul Roth: opener, Kent Club; Max Wolf: captain",
    ),
    (
        "Former [ORG Nordal] captain [PERSON Tom Berg] met former [ORG Nordal] captain [PERSON Paul Roth].",
        "Tom Berg: captain, Nordal; Paul Roth: former captain, Nordal",
    ),
    (
        "The co-founder and chief executive of [ORG Nordal], [PERSON Eva Lang], met the judge and the clerk of [ORG Fjell Court], [PERSON Tom Berg].",
        "Eva Lang: co-founder and chief executive, Nordal; Tom Berg: clerk, Fjell Court",
    ),
    ("[ORG Carters' Guild] PRO [PERSON Eva Lang] met the pro [PERSON Tom Berg] side.", "Eva Lang: PRO, Carters' Guild"),
    (
        "[PERSON Eva Lang], [PERSON Tom Berg] and [PERSON Ana Ruiz], all of [ORG Nordal], met [PERSON Paul Roth], [PERSON Max Wolf], both of [ORG Shorewatch].",
        "Eva Lang: , Nordal; Tom Berg: , Nordal; Ana Ruiz: , Nordal",
    ),
    (
        "[PERSON Eva Lang] was appointed chair of [ORG Nordal]. [PERSON Tom Berg] was made clerk to the harbour board. [PERSON Ana Ruiz] was made redundant.",
        "Eva Lang: chair, Nordal; Tom Berg: clerk, harbour board",
    ),
    (
        "[PERSON Eva Lang] took over as chair of [ORG Nordal]. [PERSON Tom Berg], who resigned last week as head of the harbour board, left. [PERSON Ana Ruiz] retired in [DATE May] as rector of [ORG Leeds University]. [PERSON Paul Roth] resigned as the director spoke. [PERSON Max Wolf] began as a boy.",
        "Eva Lang: chair, Nordal; Tom Berg: head, harbour board; Ana Ruiz: rector, Leeds University",
    ),
    (
        "In her role as chair of [ORG Nordal], [PERSON Eva Lang] rose. [PERSON Tom Berg], in his capacity as clerk of [ORG Fjell Court], sat. In the city as mayor of [GPE Leeds], [PERSON Ana Ruiz] slept.",
        "Eva Lang: chair, Nordal; Tom Berg: clerk, Fjell Court",
    ),
    (
        "Researchers at [ORG Leeds University], led by [PERSON Eva Lang], left. A row at [ORG Nordal], led by [PERSON Tom Berg], ended.",
        "Eva Lang: , Leeds University",
    ),
    (
        "{“No,”} [PERSON Eva Lang] ‹said› at [FAC St Anne's Hospital], where she has worked as a porter since [DATE 2010].",
        "Eva Lang: porter, St Anne's Hospital",
    ),
    (
        "{“No,”} [PERSON Eva Lang] ‹said› at [FAC St Anne's Hospital], where she was born. {“Yes,”} [PERSON Tom Berg] ‹said› in [GPE Leeds], where he works as a cook.",
        "",
    ),
    ("Founder and owner of [ORG Nordal], [PERSON Eva Lang], left.", "Eva Lang: Founder and owner, Nordal"),
    ("[PERSON Eva Lang], a nurse and mother of two, left.", "Eva Lang: nurse"),
    ("The nurse and mother of two, [PERSON Eva Lang], left.", "Eva Lang: nurse"),
    (
        "[PERSON Eva Lang] ([ORG SNP]) met [PERSON Tom Berg] ([ORG LRP], [GPE Leeds]).",
        "Eva Lang: , SNP; Tom Berg: , LRP",
    ),
    (
        "[PERSON Eva Lang] (Labour, [GPE Leeds]), a farmer, met [PERSON Tom Berg] (Lib Dem), [PERSON Ana Ruiz] (Monday, [GPE Leeds]) and [PERSON Paul Roth] (independent).",
        "Eva Lang: farmer, Labour; Tom Berg: , Lib Dem",
    ),
    (
        "National Chairman, [ORG Drivers Union] (DU), Comrade [PERSON Tom Berg], left. The Managing Director, [ORG Nordal], Mr [PERSON Paul Roth], stayed.",
        "Tom Berg: National Chairman, Drivers Union; Paul Roth: Managing Director, Nordal",
    ),
    ("They met the chairman, [ORG Nordal], [PERSON Tom Berg], and others.", ""),
    (
        "A study by [ORG Leeds University]'s school of law, led by [PERSON Eva Lang], came.",
        "Eva Lang: , Leeds University",
    ),
    (
        "Director of the [ORG Harbour Office] (HO) [PERSON Eva Lang] met Member of [ORG Parliament] (MP) [PERSON Tom Berg].",
        "Eva Lang: Director, Harbour Office",
    ),
];

#[test]
fn roles_and_affiliations() {
    let linker = linker();
    let mut wrong = vec![];
    for (marked, expected) in ROLES {
        let m = parse(marked);
        let out = link(&m, &linker, &mut Scratch::default());
        let told = out.actors.iter().filter(|a| !a.role.is_empty() || !a.affiliation.is_empty());
        let told: Vec<String> = told
            .map(|a| match a.affiliation.as_str() {
                "" => format!("{}: {}", a.name, a.role),
                affiliation => format!("{}: {}, {affiliation}", a.name, a.role),
            })
            .collect();
        if told.join("; ") != *expected {
            wrong.push(format!("{marked}\n  expected {expected}\n  found    {}", told.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ROLES.len(), wrong.join("\n"));
}
