//! What the names of elements say: the words of `class`, `id` and `role`. All words are of general use on the web. None
//! is the name of a site.

use super::dom::Element;

/// A set of hints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints(u16);

/// The words of a name that say boilerplate, as a set. Two words may share a place in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(u64);

impl Words {
    /// Returns true if there is a word that is not among `others`.
    pub(super) const fn beyond(self, others: Words) -> bool {
        self.0 & !others.0 != 0
    }

    /// Returns both sets.
    pub(super) const fn and(self, others: Words) -> Words {
        Words(self.0 | others.0)
    }

    fn of(word: &[u8]) -> Words {
        let hash = word.iter().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(*byte)));
        Words(1 << ((hash ^ hash >> 7) % 64))
    }
}

impl Hints {
    /// Around the article's text: advertising, navigation, related articles, forms and so on.
    pub(super) const BOILERPLATE: Hints = Hints(1);
    /// What readers wrote.
    pub(super) const COMMENTS: Hints = Hints(2);
    /// The article's text.
    pub(super) const BODY: Hints = Hints(4);
    /// The text under a picture.
    pub(super) const CAPTION: Hints = Hints(8);
    /// Who took a picture.
    pub(super) const CREDIT: Hints = Hints(16);
    /// Who wrote the article.
    pub(super) const BYLINE: Hints = Hints(32);
    /// A passage that is shown twice.
    pub(super) const PULL_QUOTE: Hints = Hints(64);
    /// The date, and other lines about the article.
    pub(super) const DATE: Hints = Hints(128);
    /// The summary between headline and text.
    pub(super) const SUMMARY: Hints = Hints(256);
    /// Nobody sees it.
    pub(super) const HIDDEN: Hints = Hints(512);
    /// The headline.
    pub(super) const HEADLINE: Hints = Hints(1024);

    /// A post of a social network.
    pub(super) const EMBED: Hints = Hints(2048);

    /// Returns true if one of `others` is here.
    pub(super) const fn any(self, others: Hints) -> bool {
        self.0 & others.0 != 0
    }

    /// Returns both sets.
    pub(super) const fn and(self, others: Hints) -> Hints {
        Hints(self.0 | others.0)
    }
}

/// Longer words say nothing.
const LONGEST: usize = 24;

/// Returns the hints of an element's attributes, and the words that say boilerplate.
pub(super) fn hints(element: &Element) -> (Hints, Words) {
    let (mut hints, mut boilerplate) = (Hints::default(), Words::default());
    for attribute in &element.attributes {
        let value = &*attribute.value;
        let found = match &*attribute.name.local {
            "class" | "id" | "role" | "data-component" | "data-testid" | "data-test-id" | "data-qa" | "data-type" => {
                words(value, &mut boilerplate)
            }
            "itemprop" => property(value),
            "aria-label" => words(value, &mut boilerplate),
            "hidden" => Hints::HIDDEN,
            "aria-hidden" if value.eq_ignore_ascii_case("true") => Hints::HIDDEN,
            "style" if is_invisible(value) => Hints::HIDDEN,
            _ => continue,
        };
        hints = hints.and(found);
    }
    (hints, boilerplate)
}

fn is_invisible(style: &str) -> bool {
    let plain: String = style.chars().filter(|c| !c.is_whitespace()).take(400).collect();
    plain.contains("display:none") || plain.contains("visibility:hidden")
}

fn property(value: &str) -> Hints {
    match value {
        "articleBody" => Hints::BODY,
        "caption" => Hints::CAPTION,
        "author" => Hints::BYLINE,
        "datePublished" | "dateModified" => Hints::DATE,
        "comment" => Hints::COMMENTS,
        "headline" => Hints::HEADLINE,
        "copyrightHolder" => Hints::CREDIT,
        _ => Hints::default(),
    }
}

/// Returns the hints of all words of a name such as `story-body`, `storyBody` or `story_body__inner`, and of each two
/// words that stand together.
fn words(name: &str, boilerplate: &mut Words) -> Hints {
    let mut hints = Hints::default();
    // Two words, and where the second one begins.
    let mut pair = [0u8; 2 * LONGEST];
    let (mut start, mut end) = (0, 0);
    let mut was_small = false;
    let mut finish = |pair: &mut [u8; 2 * LONGEST], start: &mut usize, end: &mut usize, apart: bool| {
        if *end > *start {
            let both = pair.get(..*end).unwrap_or_default();
            let second = pair.get(*start..*end).unwrap_or_default();
            for (word, found) in
                [(second, hint(second)), (both, if *start > 0 { joined(both) } else { Hints::default() })]
            {
                hints = hints.and(found);
                if found.any(Hints::BOILERPLATE) {
                    *boilerplate = boilerplate.and(Words::of(word));
                }
            }
            let length = (*end - *start).min(LONGEST);
            pair.copy_within(*start..*start + length, 0);
            (*start, *end) = (length, length);
        }
        if apart {
            (*start, *end) = (0, 0);
        }
    };
    for byte in name.bytes() {
        if !byte.is_ascii_alphabetic() {
            finish(&mut pair, &mut start, &mut end, byte.is_ascii_whitespace());
            was_small = false;
            continue;
        }
        if byte.is_ascii_uppercase() && was_small {
            finish(&mut pair, &mut start, &mut end, false);
        }
        was_small = byte.is_ascii_lowercase();
        if let Some(place) = pair.get_mut(end) {
            *place = byte.to_ascii_lowercase();
            end += 1;
        }
    }
    finish(&mut pair, &mut start, &mut end, true);
    hints
}

/// The hints of a word.
fn hint(word: &[u8]) -> Hints {
    match word {
        b"ad" | b"ads" | b"adbox" | b"adslot" | b"adunit" | b"adsense" | b"advert" | b"adverts" | b"advertise"
        | b"advertisement" | b"advertisements" | b"advertising" | b"dfp" | b"gpt" | b"sponsor" | b"sponsored"
        | b"sponsors" | b"outbrain" | b"taboola" | b"zergnet" | b"affiliate" | b"promo" | b"promos" | b"promotion"
        | b"promotions" | b"promoted" | b"teaser" | b"teasers" | b"marketing" | b"cta" | b"banner" | b"share"
        | b"shares" | b"sharing" | b"sharebar" | b"sharethis" | b"sharedaddy" | b"social" | b"socials" | b"addthis"
        | b"addtoany" | b"related" | b"relatedposts" | b"relatedarticles" | b"recirc" | b"recirculation"
        | b"recommended" | b"recommendation" | b"recommendations" | b"recommend" | b"trending" | b"popular"
        | b"mostread" | b"readnext" | b"upnext" | b"newsletter" | b"newsletters" | b"subscribe" | b"subscription"
        | b"signup" | b"optin" | b"mailchimp" | b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"onetrust"
        | b"privacy" | b"sidebar" | b"sidebars" | b"rail" | b"breadcrumb" | b"breadcrumbs" | b"nav" | b"navigation"
        | b"navbar" | b"menu" | b"menus" | b"submenu" | b"masthead" | b"footer" | b"toolbar" | b"toolbox"
        | b"pagination" | b"pager" | b"paging" | b"popup" | b"popover" | b"modal" | b"overlay" | b"lightbox"
        | b"dialog" | b"tooltip" | b"carousel" | b"slider" | b"slideshow" | b"gallery" | b"tags" | b"taglist"
        | b"topics" | b"keywords" | b"bio" | b"poll" | b"quiz" | b"survey" | b"rating" | b"ratings" | b"login"
        | b"signin" | b"register" | b"toc" | b"latest" | b"ticker" | b"donate" | b"donation" | b"membership"
        | b"disclaimer" | b"contentinfo" | b"complementary" | b"search" | b"reactions" | b"alert" | b"skip" => {
            Hints::BOILERPLATE
        }
        b"comment" | b"comments" | b"commentlist" | b"disqus" | b"respond" | b"replies" | b"livefyre" | b"viafoura"
        | b"commenting" => Hints::COMMENTS,
        b"articlebody" | b"storybody" | b"articletext" | b"articlecontent" | b"bodytext" => Hints::BODY,
        b"caption" | b"captions" | b"figcaption" => Hints::CAPTION,
        b"credit" | b"credits" | b"copyright" | b"attribution" => Hints::CREDIT,
        b"byline" | b"bylines" | b"author" | b"authors" | b"contributor" | b"contributors" => Hints::BYLINE,
        b"pullquote" | b"pullquotes" => Hints::PULL_QUOTE,
        b"date" | b"dateline" | b"timestamp" | b"datetime" | b"published" | b"pubdate" | b"meta" => Hints::DATE,
        b"standfirst" | b"subtitle" | b"subheadline" | b"dek" | b"deck" | b"strapline" | b"excerpt" | b"summary"
        | b"intro" | b"lede" => Hints::SUMMARY,
        b"headline" => Hints::HEADLINE,
        b"tweet" | b"instagram" => Hints::EMBED,
        b"invisible" | b"offscreen" | b"noprint" | b"noscript" => Hints::HIDDEN,
        _ => Hints::default(),
    }
}

/// The hints of two words together.
fn joined(words: &[u8]) -> Hints {
    match words {
        b"articlebody" | b"articletext" | b"articlecontent" | b"storybody" | b"storytext" | b"storycontent"
        | b"bodycopy" | b"bodytext" | b"bodycontent" | b"entrycontent" | b"postcontent" | b"postbody"
        | b"contentbody" | b"maincontent" | b"pagecontent" | b"newsbody" | b"newstext" | b"contenttext" => Hints::BODY,
        b"readmore" | b"mostread" | b"mostpopular" | b"readnext" | b"upnext" | b"morefrom" | b"morestories"
        | b"moreon" | b"seealso" | b"alsoread" | b"alsolike" | b"signup" | b"signin" | b"aboutauthor"
        | b"authorbox" | b"authorbio" | b"authorinfo" | b"followus" | b"inlinelink" | b"tablecontents" | b"infobox" => {
            Hints::BOILERPLATE
        }
        b"pullquote" | b"blockquotepull" => Hints::PULL_QUOTE,
        b"sronly" | b"screenreader" | b"visuallyhidden" | b"visuallyhide" | b"assistivetext" => Hints::HIDDEN,
        b"photocredit" | b"imagecredit" => Hints::CREDIT,
        _ => Hints::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names() {
        let cases = [
            ("story-body", Hints::BODY),
            ("storyBody", Hints::BODY),
            ("StoryBody__inner", Hints::BODY),
            ("article_body-2", Hints::BODY),
            ("story body", Hints::default()),
            ("socialShare", Hints::BOILERPLATE),
            ("sharecroppers", Hints::default()),
            ("js-Comments photo-caption", Hints::COMMENTS.and(Hints::CAPTION)),
            ("", Hints::default()),
            ("--__--", Hints::default()),
        ];
        for (name, expected) in cases {
            let mut boilerplate = Words::default();
            assert_eq!(words(name, &mut boilerplate), expected, "{name}");
            assert_eq!(boilerplate.beyond(Words::default()), expected.any(Hints::BOILERPLATE), "{name}");
        }
        // Longer than any word.
        words(&"x".repeat(1000), &mut Words::default());
        words(&"xA".repeat(1000), &mut Words::default());
    }
}
