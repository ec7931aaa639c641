//! Checkpoints on a flash that fails as the input says.
//!
//! A flash that reports an error, is cut within a write or an erase, or stores other bytes than it was given, costs at
//! most the save in progress. A bit that is read wrongly in a save that fails, or changed between two calls, may cost
//! more: then, until the next save that succeeds, only a panic is a fault.

use tinyconv::checkpoint::{CheckpointError, Contents, Progress, Sections, SectionsMut, Store};

use super::flash::{Fault, Flash, LEN, Troubled};

const CONTENTS: Contents = Contents { fingerprint: 7, parameters: 65, states: 2, user: 5 };

/// What a save writes.
#[derive(Clone, Debug, PartialEq)]
struct Saved {
    step: u32,
    parameters: Vec<f32>,
    states: Vec<f32>,
    user: Vec<u8>,
}

impl Saved {
    /// Numbers that no other save has.
    fn new(step: u32, byte: u8) -> Self {
        let number = step as f32 + f32::from(byte) / 256.0;
        let user = vec![byte; usize::from(byte) % (CONTENTS.user + 1)];
        let parameters = vec![number; CONTENTS.parameters];
        Self { step, parameters, states: vec![-number; CONTENTS.states], user }
    }

    fn save(&self, store: &mut Store<&mut Flash>) -> Result<u64, CheckpointError<Troubled>> {
        let Self { step, parameters, states, user } = self;
        let progress = Progress { seed: 3, step: *step, sample: 5, counters: [0.5, 0.25] };
        store.save(progress, Sections { parameters, states, user })
    }
}

fn load(store: &mut Store<&mut Flash>) -> Result<Option<Saved>, CheckpointError<Troubled>> {
    let mut parameters = vec![0.0; CONTENTS.parameters];
    let (mut states, mut user) = (vec![0.0; CONTENTS.states], vec![0; CONTENTS.user]);
    let (parameters_in, states_in, user_in) = (&mut parameters, &mut states, &mut user);
    let sections = SectionsMut { parameters: parameters_in, states: states_in, user: user_in };
    let restored = store.load(sections)?;
    Ok(restored.map(|restored| {
        user.truncate(restored.user);
        Saved { step: restored.progress.step, parameters, states, user }
    }))
}

pub fn run(bytes: &[u8]) {
    let mut flash = Flash::erased();
    // What a load may find now; nothing is known if there is no list.
    let mut possible = Some(vec![None]);
    let mut step = 0;
    for &[action, a, b] in bytes.as_chunks().0 {
        match action % 8 {
            0..=2 => {
                step += 1;
                let saved = Saved::new(step, a);
                let outcome = saved.save(&mut open(&mut flash));
                let misread = flash.take_misread();
                match (outcome, &mut possible) {
                    (Ok(_), _) => possible = Some(vec![Some(saved)]),
                    _ if misread => possible = None,
                    (Err(_), Some(possible)) => possible.push(Some(saved)),
                    (Err(_), None) => {}
                }
            }
            3 | 4 => {
                let before = flash.faults();
                let outcome = load(&mut open(&mut flash));
                let is_well = !flash.take_misread() && flash.faults() == before;
                if let Some(possible) = possible.as_ref().filter(|_| is_well) {
                    let found = outcome.expect("a flash that works");
                    assert!(possible.contains(&found), "{found:?} is none of {possible:?}");
                }
            }
            5 => flash.arm(Fault::of(a), b),
            6 => {
                flash.damage(usize::from(u16::from_le_bytes([a, b])) % LEN, a);
                possible = None;
            }
            _ => {
                let outcome = open(&mut flash).reset();
                let misread = flash.take_misread();
                match (outcome, &mut possible) {
                    (Ok(()), _) => possible = Some(vec![None]),
                    _ if misread => possible = None,
                    (Err(_), Some(possible)) => possible.push(None),
                    (Err(_), None) => {}
                }
            }
        }
    }
}

fn open(flash: &mut Flash) -> Store<&mut Flash> {
    Store::open(flash, 0..LEN as u32, CONTENTS).expect("room for two checkpoints")
}
