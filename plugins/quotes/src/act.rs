//! What kind of act a cue stands for: PolNeAR counts wants and plans as attributions, most readers do not.

use copydesk_text::Act;

use crate::words::Folded;

/// The act of a cue, from its words. `quoted` says whether the content has quotation marks: what a cue of
/// mixed meaning introduces was then said.
pub fn act<'t>(cue: impl Iterator<Item = &'t [u8]>, quoted: bool) -> Act {
    told(cue, quoted).unwrap_or_default()
}

/// The same, where the words tell it.
pub fn told<'t>(cue: impl Iterator<Item = &'t [u8]>, quoted: bool) -> Option<Act> {
    let mut found = None;
    let mut declined = false;
    for word in cue {
        let folded = Folded::new(word);
        match folded.bytes() {
            b"declined" | b"declines" | b"declining" | b"refused" | b"refuses" | b"refusing" => declined = true,
            b"comment" | b"say" | b"answer" | b"discuss" | b"respond" if declined => return Some(Act::Speech),
            word => {
                let own = of_word(word, quoted);
                // Writing says more than the verb beside it ("said on Twitter"), the first verb more than the next.
                if own == Some(Act::Writing) {
                    return Some(Act::Writing);
                }
                found = found.or(own);
            }
        }
    }
    found.or(declined.then_some(Act::Intention))
}

fn of_word(word: &[u8], quoted: bool) -> Option<Act> {
    let act = match word {
        b"wrote" | b"writes" | b"write" | b"written" | b"writing" | b"tweeted" | b"tweets" | b"tweet" | b"tweeting"
        | b"retweeted" | b"posted" | b"posts" | b"posting" | b"blogged" | b"published" | b"publishes" | b"emailed"
        | b"e-mailed" | b"texted" | b"penned" | b"signed" | b"letter" | b"email" | b"e-mail" | b"memo" | b"twitter"
        | b"facebook" | b"instagram" | b"op-ed" | b"blog" | b"captioned" | b"reads" => Act::Writing,
        b"said" | b"says" | b"say" | b"saying" | b"told" | b"tells" | b"telling" | b"tell" | b"added" | b"adds"
        | b"asked" | b"asks" | b"announced" | b"called" | b"calling" | b"calls" | b"according" | b"argued"
        | b"argues" | b"claimed" | b"claims" | b"denied" | b"warned" | b"promised" | b"vowed" | b"pledged"
        | b"declared" | b"stated" | b"insisted" | b"explained" | b"suggested" | b"accused" | b"praised"
        | b"criticized" | b"urged" | b"spoke" | b"talked" | b"replied" | b"responded" | b"reported" | b"noted"
        | b"statement" => Act::Speech,
        b"want" | b"wants" | b"wanted" | b"wanting" | b"plan" | b"plans" | b"planned" | b"planning" | b"intend"
        | b"intends" | b"intended" | b"intending" | b"intention" | b"intent" | b"aims" | b"aimed" | b"aiming"
        | b"aim" | b"seek" | b"seeks" | b"sought" | b"seeking" | b"decided" | b"decides" | b"decision" | b"chose"
        | b"willing" | b"willingness" | b"unwilling" | b"eager" | b"ready" | b"prepared" | b"determined"
        | b"desire" | b"desires" | b"desired" | b"wish" | b"wishes" | b"wished" | b"goal" | b"hopes" | b"hoped"
        | b"hope" | b"hoping" | b"ambition" | b"refusal" | b"reluctant" | b"hesitant" | b"committed" => Act::Intention,
        b"think" | b"thinks" | b"thought" | b"thinking" | b"believe" | b"believes" | b"believed" | b"believing"
        | b"belief" | b"fear" | b"fears" | b"feared" | b"fearing" | b"worry" | b"worries" | b"worried" | b"feel"
        | b"feels" | b"felt" | b"feeling" | b"know" | b"knows" | b"knew" | b"known" | b"knowing" | b"understand"
        | b"understands" | b"understood" | b"expect" | b"expects" | b"expected" | b"expecting" | b"doubt"
        | b"doubts" | b"doubted" | b"suspect" | b"suspects" | b"suspected" | b"consider" | b"considers"
        | b"considered" | b"considering" | b"view" | b"views" | b"viewed" | b"opinion" | b"opinions" | b"see"
        | b"sees" | b"saw" | b"seen" | b"seeing" | b"like" | b"likes" | b"liked" | b"dislike" | b"love" | b"loves"
        | b"loved" | b"hate" | b"hates" | b"hated" | b"prefer" | b"prefers" | b"preferred" | b"favor" | b"favors"
        | b"favored" | b"favour" | b"favours" | b"favoured" | b"oppose" | b"opposes" | b"opposed" | b"opposing"
        | b"opposition" | b"support" | b"supports" | b"supported" | b"supporting" | b"concerned" | b"concern"
        | b"concerns" | b"aware" | b"convinced" | b"confident" | b"angry" | b"surprised" | b"remember"
        | b"remembers" | b"remembered" | b"recalled" | b"recalls" | b"realize" | b"realized" | b"realised"
        | b"assume" | b"assumes" | b"assumed" | b"wonder" | b"wondered" | b"wonders" | b"agree" | b"agrees"
        | b"agreed" | b"agreeing" | b"disagree" | b"disagrees" | b"learned" | b"trust" | b"trusts" | b"regard"
        | b"regards" | b"regarded" | b"perceive" | b"perceived" | b"interest" | b"interested" | b"heard" | b"found"
        | b"imagine" => Act::Thought,
        // "For X," and its like: an opinion, unless words are quoted.
        b"for" => Act::Thought,
        _ => return None,
    };
    let spoken = quoted && act == Act::Thought;
    Some(if spoken { Act::Speech } else { act })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_have_their_acts() {
        let cases = [
            ("said", false, Act::Speech),
            ("does not want", false, Act::Intention),
            ("plans", false, Act::Intention),
            ("firmly believes", false, Act::Thought),
            ("fears", false, Act::Thought),
            ("wrote on Twitter", true, Act::Writing),
            ("said in a letter", false, Act::Writing),
            ("declined", false, Act::Intention),
            ("declined to comment", false, Act::Speech),
            ("recalled", true, Act::Speech),
            ("murmured", false, Act::Speech),
            ("", true, Act::Speech),
        ];
        for (cue, quoted, want) in cases {
            assert_eq!(act(cue.split(' ').map(str::as_bytes), quoted), want, "{cue}");
        }
    }
}
