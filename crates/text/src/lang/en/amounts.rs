//! Sums of money and dates in English-language news of all continents.

use crate::lang::{Amounts, words};

pub(super) const AMOUNTS: Amounts = Amounts {
    numbers: words!(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
         nineteen twenty thirty forty fifty sixty seventy eighty ninety half"
    ),
    magnitudes: words!(
        "hundred thousand million billion trillion m mn mln bn b tn k lakh lakhs lac crore crores million-plus"
    ),
    currencies: words!(
        "dollar dollars euro euros cent cents pence sterling yen yuan renminbi rupee rupees rupiah naira cedi cedis \
         shilling shillings rand rands franc francs peso pesos rouble roubles ruble rubles lira liras krona kronor \
         krone kroner koruna ringgit baht dinar dinars dirham dirhams riyal riyals rial rials taka hryvnia zloty \
         forint dong kwacha pula birr dalasi leone shekel shekels afghani afghanis bolivars quetzales riel kyat \
         tenge som manat lari leu lev"
    ),
    currencies_of_millions: words!("won real reais pound pounds colones soles gourdes crowns"),
    percent: words!("% percent pct"),
};
