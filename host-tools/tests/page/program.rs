//! The page's program in an interpreter of WebAssembly: what the page's scripts do, as functions.

use wasmi::{Engine, Instance, Linker, Memory, Module, Store, Val};

/// The program that the tool has built in.
pub const BUILT_IN: &[u8] = include_bytes!("../../src/serve/assets/core.wasm");

/// A running program.
pub struct Program {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

impl Program {
    pub fn start(bytes: &[u8]) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, bytes).expect("WebAssembly");
        let mut store = Store::new(&engine, ());
        let linker = Linker::new(&engine);
        let instance = linker.instantiate_and_start(&mut store, &module).expect("no imports");
        let memory = instance.get_memory(&store, "memory").expect("memory");
        Self { store, instance, memory }
    }

    /// Calls a function with at most one result.
    ///
    /// # Panics
    /// If it ends in a trap.
    #[track_caller]
    fn call(&mut self, name: &str, arguments: &[Val]) -> Val {
        let function = self.instance.get_func(&self.store, name).expect(name);
        let mut results = [Val::I32(0)];
        let outcome = function.call(&mut self.store, arguments, &mut results);
        assert!(outcome.is_ok(), "{name} ended in a trap: {outcome:?}");
        let [result] = results;
        result
    }

    #[track_caller]
    fn number(&mut self, name: &str, arguments: &[Val]) -> usize {
        let Val::I32(number) = self.call(name, arguments) else {
            panic!("{name} gives a whole number");
        };
        number as u32 as usize
    }

    #[track_caller]
    fn done(&mut self, name: &str, arguments: &[Val]) -> Result<(), String> {
        match self.number(name, arguments) {
            0 => Ok(()),
            1 => Err(self.text()),
            status => panic!("{name} gave {status}"),
        }
    }

    fn write(&mut self, place: &str, bytes: &[u8]) {
        let at = self.number(place, &[]);
        self.memory.write(&mut self.store, at, bytes).expect("memory");
    }

    fn bytes(&mut self, place: &str, length: usize) -> Vec<u8> {
        let at = self.number(place, &[]);
        let mut bytes = vec![0; length];
        self.memory.read(&self.store, at, &mut bytes).expect("memory");
        bytes
    }

    fn floats(&mut self, place: &str, count: usize) -> Vec<f32> {
        let bytes = self.bytes(place, 4 * count);
        bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    }

    /// The last message or description.
    pub fn text(&mut self) -> String {
        let length = self.number("text_length", &[]);
        String::from_utf8(self.bytes("text", length)).expect("UTF-8")
    }

    /// Opens a model file; its description, or why not.
    #[track_caller]
    pub fn open(&mut self, file: &[u8]) -> Result<serde_json::Value, String> {
        if file.len() <= self.number("file_capacity", &[]) {
            self.write("file", file);
        }
        self.done("open", &[Val::I32(file.len() as i32)])?;
        Ok(serde_json::from_str(&self.text()).expect("JSON"))
    }

    /// Makes the input of a drawing; the input's pixels.
    #[track_caller]
    pub fn prepare(&mut self, ink: &[u8], pixels: usize) -> Result<Vec<u8>, String> {
        assert_eq!(self.number("side", &[]).pow(2), ink.len());
        self.write("drawing", ink);
        self.done("prepare", &[])?;
        Ok(self.bytes("pixels", pixels))
    }

    /// Computes the logits of an input.
    #[track_caller]
    pub fn infer(&mut self, pixels: &[u8], outputs: usize) -> Result<Vec<f32>, String> {
        self.write("pixels", pixels);
        self.done("infer", &[])?;
        Ok(self.floats("logits", outputs))
    }

    pub fn probabilities(&mut self, outputs: usize) -> Vec<f32> {
        self.floats("probabilities", outputs)
    }

    /// The maps of the last inference.
    pub fn maps(&mut self, count: usize) -> Vec<f32> {
        self.floats("maps", count)
    }

    pub fn parameters(&mut self, count: usize) -> Vec<f32> {
        self.floats("parameters", count)
    }

    /// A step with an example; its loss before.
    #[track_caller]
    pub fn teach(&mut self, pixels: &[u8], class: i32, learning_rate: f32) -> Result<f32, String> {
        self.write("pixels", pixels);
        self.done("teach", &[Val::I32(class), Val::F32(learning_rate.into())])?;
        let Val::F32(loss) = self.call("loss", &[]) else {
            panic!("loss gives a number");
        };
        Ok(loss.into())
    }

    #[track_caller]
    pub fn restore(&mut self) -> Result<(), String> {
        self.done("restore", &[])
    }

    /// A model file with what was taught.
    #[track_caller]
    pub fn save(&mut self) -> Result<Vec<u8>, String> {
        match self.number("save", &[]) {
            0 => Err(self.text()),
            length => Ok(self.bytes("file", length)),
        }
    }
}
