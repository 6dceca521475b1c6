//! Numbers that look like chance and are the same everywhere.

/// SplitMix64 (Steele, Lea, Flood 2014): all that is wanted is that it is the same everywhere.
pub struct SeededDice(pub u64);

impl SeededDice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn in_hundred(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn one<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap();
        of[at]
    }

    /// Between `least` and `most` of them, all different.
    pub fn some<'t>(&mut self, of: &[&'t str], least: u64, most: u64) -> Vec<&'t str> {
        let wanted = least + self.below(most - least + 1);
        let mut taken = Vec::new();
        for _ in 0..wanted {
            let word = self.one(of);
            if !taken.contains(&word) {
                taken.push(word);
            }
        }
        taken
    }
}
