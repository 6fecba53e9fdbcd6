//! Exact amounts. A price is a whole number of 1e-9 USD, a quantity one of 1e-6 units, and so an amount is one of
//! 1e-15 USD: nothing is rounded between a figure that was read and a total that is shown.

use serde::{Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// The hours of a month, as AWS's own calculator counts them.
pub const HOURS: u64 = 730;

/// Millionths of a unit.
const MICRO: i128 = 1_000_000;
/// 1e-15 USD in a hundredth of a cent.
const BASIS: i128 = 100_000_000_000;
/// 1e-9 USD in one.
const NANO: f64 = 1e9;

/// USD for one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(i128);

impl Price {
    /// A price as it stands in a file: at most nine digits after the point count.
    pub fn new(usd: f64) -> Self {
        Self((usd * NANO).round() as i128)
    }

    /// What a quantity costs.
    pub fn times(self, quantity: Quantity) -> Usd {
        Usd(self.0 * quantity.0)
    }

    /// By how much it is above another, where it is.
    pub fn above(self, other: Self) -> Option<Self> {
        (self > other).then(|| Self(self.0 - other.0))
    }

    /// As a number.
    pub fn usd(self) -> f64 {
        self.0 as f64 / NANO
    }
}

/// How much of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

impl Quantity {
    /// The largest that is taken from a person: 1e15 units.
    pub const LARGEST: f64 = 1e15;

    /// A figure that a person wrote, rounded to a millionth; nothing where it is none, or below 0, or above the largest.
    pub fn read(figure: f64) -> Option<Self> {
        let sound = (0.0..=Self::LARGEST).contains(&figure);
        sound.then(|| Self((figure * MICRO as f64).round() as i128))
    }

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self(i128::from(number) * MICRO)
    }

    /// So many times as much.
    pub fn times(self, number: u64) -> Self {
        Self(self.0 * i128::from(number))
    }

    /// The part that is `number / of` of it, rounded down to a millionth.
    pub fn part(self, number: u64, of: u64) -> Self {
        Self(self.0 * i128::from(number) / i128::from(of))
    }

    /// What is left when so much is taken away: never less than nothing.
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }

    /// How many wholes of another it takes to cover this; none where the other is nothing.
    pub fn wholes(self, of: Self) -> Option<u64> {
        let count = (of.0 > 0).then(|| (self.0 + of.0 - 1) / of.0)?;
        u64::try_from(count).ok()
    }

    /// As a number.
    pub fn number(self) -> f64 {
        self.0 as f64 / MICRO as f64
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (whole, rest) = (self.0 / MICRO, self.0 % MICRO);
        let rest = format!("{rest:06}");
        match rest.trim_end_matches('0') {
            "" => f.pad(&whole.to_string()),
            rest => f.pad(&format!("{whole}.{rest}")),
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// An amount of money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usd(i128);

impl Usd {
    /// A whole number of hundredths of a cent.
    pub fn hundredths_of_a_cent(number: u64) -> Self {
        Self(i128::from(number) * BASIS)
    }

    /// So many times as much.
    pub fn times(self, number: u64) -> Self {
        Self(self.0 * i128::from(number))
    }

    /// As a number.
    pub fn number(self) -> f64 {
        self.0 as f64 / 1e15
    }

    /// To a hundredth of a cent: `12.3456`.
    pub fn exact(self) -> String {
        self.decimal(4)
    }

    /// How many units of a price it pays for, rounded up to a millionth; none at a price of nothing.
    pub fn over(self, price: Price) -> Option<Quantity> {
        (price.0 > 0).then(|| Quantity((self.0 + price.0 - 1).div_euclid(price.0).max(0)))
    }

    /// How many times another amount fits; none where that is nothing.
    pub fn wholes(self, of: Self) -> Option<u64> {
        (of.0 > 0).then(|| u64::try_from(self.0 / of.0).unwrap_or_default())
    }

    /// How many times another amount it is.
    pub fn ratio(self, to: Self) -> f64 {
        self.0 as f64 / to.0 as f64
    }

    /// Half and above goes up.
    fn decimal(self, digits: u32) -> String {
        let unit = 10_i128.pow(15 - digits);
        let rounded = (self.0 + unit / 2).div_euclid(unit);
        let one = 10_i128.pow(digits);
        let width = digits as usize;
        format!("{}.{:0width$}", rounded / one, rounded % one)
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(&self.decimal(2))
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.exact())
    }
}

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Usd {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}
