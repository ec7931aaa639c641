//! The pickle of a state dict: the few instructions that lists of tensors consist of. Whatever would run something else
//! is refused by name.

use super::ArchiveError;

/// Values, items and notes together: a state dict has a few for each tensor.
const MOST: usize = 200_000;

/// What an instruction leaves on the stack. Dicts and tuples are places in the machine's lists, so that none can hold
/// itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Nothing,
    Int(i64),
    Text(String),
    /// By its place in the list of tuples.
    Tuple(usize),
    /// By its place in the list of dicts.
    Dict(usize),
    /// A class or a function, by its name.
    Global(String),
    Storage {
        kind: String,
        key: String,
    },
    Tensor(Tensor),
    Mark,
}

/// A view of a storage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// The lists that values are places in.
#[derive(Default)]
pub(super) struct Machine {
    stack: Vec<Value>,
    memo: Vec<(u32, Value)>,
    tuples: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
    left: usize,
}

fn wrong<T>(problem: &'static str) -> Result<T, ArchiveError> {
    Err(ArchiveError::Pickle { problem })
}

/// Bytes that are read from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ArchiveError> {
        let Some((part, rest)) = self.0.split_at_checked(count) else {
            return wrong("it ends early");
        };
        self.0 = rest;
        Ok(part)
    }

    fn byte(&mut self) -> Result<u8, ArchiveError> {
        Ok(self.take(1)?[0])
    }

    fn long(&mut self) -> Result<u32, ArchiveError> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn text(&mut self, len: usize) -> Result<String, ArchiveError> {
        let bytes = self.take(len)?;
        String::from_utf8(bytes.to_vec()).or_else(|_| wrong("a text is not UTF-8"))
    }

    fn line(&mut self) -> Result<String, ArchiveError> {
        let Some(end) = self.0.iter().position(|&byte| byte == b'\n') else {
            return wrong("it ends early");
        };
        let line = self.text(end)?;
        self.take(1)?;
        Ok(line)
    }
}

impl Machine {
    /// The value that a pickle stands for, and the lists that it refers to.
    pub(super) fn run(bytes: &[u8]) -> Result<(Self, Value), ArchiveError> {
        let mut machine = Self { left: MOST, ..Self::default() };
        let mut reader = Reader(bytes);
        loop {
            let Some(left) = machine.left.checked_sub(1) else { return wrong("it is too long") };
            machine.left = left;
            let instruction = reader.byte()?;
            if instruction == b'.' {
                let value = machine.pop()?;
                return Ok((machine, value));
            }
            machine.step(instruction, &mut reader)?;
        }
    }

    /// The items of a dict.
    pub(super) fn items(&self, dict: usize) -> &[(Value, Value)] {
        &self.dicts[dict]
    }

    fn step(&mut self, instruction: u8, reader: &mut Reader<'_>) -> Result<(), ArchiveError> {
        match instruction {
            // Protocol and frame.
            0x80 => drop(reader.byte()?),
            0x95 => drop(reader.take(8)?),
            b'(' => self.stack.push(Value::Mark),
            b'}' => self.dict(),
            b')' | b']' => self.tuple(Vec::new()),
            b'N' | 0x88 | 0x89 => self.stack.push(Value::Nothing),
            b'G' => {
                reader.take(8)?;
                self.stack.push(Value::Nothing);
            }
            b'K' => {
                let value = reader.byte()?.into();
                self.stack.push(Value::Int(value));
            }
            b'M' => {
                let bytes = reader.take(2)?;
                self.stack.push(Value::Int(u16::from_le_bytes([bytes[0], bytes[1]]).into()));
            }
            b'J' => {
                let value = reader.long()?.cast_signed().into();
                self.stack.push(Value::Int(value));
            }
            0x8a => {
                let len = reader.byte()?.into();
                let bytes = reader.take(len)?;
                if len > 8 {
                    return wrong("a number is too large");
                }
                // Little-endian; the last byte has the sign.
                let fill = if bytes.last().is_some_and(|&byte| byte >= 0x80) { 0xff } else { 0 };
                let mut all = [fill; 8];
                all[..len].copy_from_slice(bytes);
                self.stack.push(Value::Int(i64::from_le_bytes(all)));
            }
            b'X' => {
                let len = reader.long()? as usize;
                let text = reader.text(len)?;
                self.stack.push(Value::Text(text));
            }
            0x8c | b'U' => {
                let len = reader.byte()?.into();
                let text = reader.text(len)?;
                self.stack.push(Value::Text(text));
            }
            b'c' => {
                let (module, name) = (reader.line()?, reader.line()?);
                self.stack.push(Value::Global(format!("{module}.{name}")));
            }
            0x93 => match (self.pop()?, self.pop()?) {
                (Value::Text(name), Value::Text(module)) => {
                    self.stack.push(Value::Global(format!("{module}.{name}")));
                }
                _ => return wrong("a name is no text"),
            },
            b'q' => {
                let place = reader.byte()?.into();
                self.keep(place)?;
            }
            b'r' => {
                let place = reader.long()?;
                self.keep(place)?;
            }
            0x94 => {
                let place = self.memo.len() as u32;
                self.keep(place)?;
            }
            b'h' => {
                let place = reader.byte()?.into();
                self.recall(place)?;
            }
            b'j' => {
                let place = reader.long()?;
                self.recall(place)?;
            }
            b't' => {
                let items = self.since_mark()?;
                self.tuple(items);
            }
            0x85..=0x87 => {
                let count = usize::from(instruction - 0x84);
                let Some(first) = self.stack.len().checked_sub(count) else {
                    return wrong("the stack is empty");
                };
                let items = self.stack.split_off(first);
                self.tuple(items);
            }
            // Lists are of hooks, and of nothing else.
            b'a' => drop(self.pop()?),
            b'e' => drop(self.since_mark()?),
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.put(vec![key, value])?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.put(items)?;
            }
            b'Q' => {
                let id = self.pop()?;
                let storage = self.storage(&id)?;
                self.stack.push(storage);
            }
            b'R' => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(&function, &arguments)?;
            }
            // Attributes of an ordered dict.
            b'b' => {
                self.pop()?;
                if !matches!(self.stack.last(), Some(Value::Dict(_))) {
                    return Err(ArchiveError::Object {
                        object: "an object with attributes".into(),
                    });
                }
            }
            _ => {
                // Other instructions make other things: of the class that came first.
                let class = self.stack.iter().find_map(|value| match value {
                    Value::Global(name) => Some(name.escape_debug().to_string()),
                    _ => None,
                });
                return match class {
                    Some(object) => Err(ArchiveError::Object { object }),
                    None => wrong("an instruction is none of a state dict's"),
                };
            }
        }
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, ArchiveError> {
        self.stack.pop().map_or_else(|| wrong("the stack is empty"), Ok)
    }

    fn since_mark(&mut self) -> Result<Vec<Value>, ArchiveError> {
        let Some(mark) = self.stack.iter().rposition(|value| *value == Value::Mark) else {
            return wrong("there is no mark");
        };
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn tuple(&mut self, items: Vec<Value>) {
        self.stack.push(Value::Tuple(self.tuples.len()));
        self.tuples.push(items);
    }

    fn dict(&mut self) {
        self.stack.push(Value::Dict(self.dicts.len()));
        self.dicts.push(Vec::new());
    }

    fn keep(&mut self, place: u32) -> Result<(), ArchiveError> {
        let Some(value) = self.stack.last().cloned() else { return wrong("the stack is empty") };
        self.memo.push((place, value));
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<(), ArchiveError> {
        // Places count up: the last of them that is not larger.
        let at = self.memo.partition_point(|(kept, _)| *kept < place);
        let sorted = self.memo.get(at).filter(|(kept, _)| *kept == place);
        let found = sorted.or_else(|| self.memo.iter().rev().take(64).find(|it| it.0 == place));
        let Some((_, value)) = found.cloned() else { return wrong("it refers to nothing") };
        self.stack.push(value);
        Ok(())
    }

    fn put(&mut self, items: Vec<Value>) -> Result<(), ArchiveError> {
        let Some(&Value::Dict(dict)) = self.stack.last() else {
            return wrong("items are put into something else than a dict");
        };
        let (pairs, rest) = items.as_chunks::<2>();
        if !rest.is_empty() {
            return wrong("a key has no value");
        }
        self.dicts[dict].extend(pairs.iter().map(|[key, value]| (key.clone(), value.clone())));
        Ok(())
    }

    fn items_of(&self, tuple: &Value) -> Result<&[Value], ArchiveError> {
        if let Value::Tuple(tuple) = tuple {
            Ok(&self.tuples[*tuple])
        } else {
            wrong("it is no tuple")
        }
    }

    /// ("storage", class, key, where, count)
    fn storage(&self, id: &Value) -> Result<Value, ArchiveError> {
        match self.items_of(id)? {
            [Value::Text(what), Value::Global(kind), Value::Text(key), ..] if what == "storage" => {
                Ok(Value::Storage { kind: kind.clone(), key: key.clone() })
            }
            _ => wrong("a storage is none"),
        }
    }

    fn sizes(&self, tuple: &Value) -> Result<Vec<usize>, ArchiveError> {
        let size = |value: &Value| match value {
            Value::Int(size) => usize::try_from(*size).or_else(|_| wrong("a size is negative")),
            _ => wrong("a size is no number"),
        };
        self.items_of(tuple)?.iter().map(size).collect()
    }

    /// The functions that a state dict is made with.
    fn call(&mut self, function: &Value, arguments: &Value) -> Result<(), ArchiveError> {
        let Value::Global(name) = function else { return wrong("what is called is no function") };
        match name.as_str() {
            "collections.OrderedDict" => {
                self.dict();
                Ok(())
            }
            "torch._utils._rebuild_tensor_v2" => {
                let arguments = self.items_of(arguments)?;
                let [Value::Storage { kind, key }, Value::Int(offset), shape, strides, ..] =
                    arguments
                else {
                    return wrong("a tensor is made of something else");
                };
                let (kind, key) = (kind.clone(), key.clone());
                let offset =
                    usize::try_from(*offset).or_else(|_| wrong("an offset is negative"))?;
                let (shape, strides) = (self.sizes(shape)?, self.sizes(strides)?);
                if shape.len() != strides.len() {
                    return wrong("a tensor has not a stride for each dimension");
                }
                self.stack.push(Value::Tensor(Tensor { kind, key, offset, shape, strides }));
                Ok(())
            }
            "torch._utils._rebuild_parameter" => {
                let Some(tensor) = self.items_of(arguments)?.first().cloned() else {
                    return wrong("a parameter is made of nothing");
                };
                self.stack.push(tensor);
                Ok(())
            }
            other => Err(ArchiveError::Object { object: other.escape_debug().to_string() }),
        }
    }
}
