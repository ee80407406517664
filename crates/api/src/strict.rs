//! JSON read as the specification says it: an object only where an object is meant. What serde
//! derives would take a list for an object with its fields in order, at any depth.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// What is said where a list or a simple value stands in the place of an object.
pub(crate) const NO_OBJECT: &str = "a JSON object is expected";

/// A value that hands its objects out as objects only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strict<'de>(pub &'de Value);

impl<'de> IntoDeserializer<'de, Error> for Strict<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.iter().map(Strict));
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Value::Object(fields) => {
                let mut fields = MapDeserializer::new(fields.iter().map(|(name, value)| (Name(name), Strict(value))));
                let value = visitor.visit_map(&mut fields)?;
                fields.end()?;
                Ok(value)
            }
            simple => simple.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.0.is_object() { self.deserialize_any(visitor) } else { Err(Error::custom(NO_OBJECT)) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}

/// The name of a field, which wire types may have as a word of a list or a short name.
#[derive(Clone, Copy, Debug)]
struct Name<'de>(&'de str);

impl<'de> IntoDeserializer<'de, Error> for Name<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Inner {
        a: i64,
        b: Option<String>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        one: Inner,
        #[serde(default)]
        many: Vec<Inner>,
        #[serde(default)]
        named: BTreeMap<String, Inner>,
        maybe: Option<Inner>,
    }

    fn read(value: &Value) -> Result<Outer, String> {
        serde_path_to_error::deserialize(Strict(value)).map_err(|error| format!("{}: {}", error.path(), error.inner()))
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        let good = json!({ "one": { "a": 1, "b": "\u{e9}\"" }, "many": [{ "a": 2 }], "named": { "x": { "a": 3 } } });
        let read_back = read(&good).expect("as it should be");
        assert_eq!(
            (read_back.one.b.as_deref(), read_back.many.len(), read_back.named["x"].a),
            (Some("\u{e9}\""), 1, 3)
        );
        for (place, path) in [("/one", "one"), ("/many/0", "many[0]"), ("/named/x", "named.x"), ("/maybe", "maybe")] {
            let mut bad = good.clone();
            bad["maybe"] = json!({ "a": 4 });
            read(&bad).expect("as it should be");
            *bad.pointer_mut(place).expect("a place") = json!([1, "x"]);
            assert_eq!(read(&bad), Err(format!("{path}: {NO_OBJECT}")));
        }
        assert_eq!(read(&json!([])), Err(format!(".: {NO_OBJECT}")));
        assert_eq!(read(&json!({})), Err(".: missing field `one`".to_owned()));
        assert!(read(&json!({ "one": { "a": "1" } })).is_err_and(|error| error.starts_with("one.a: invalid type")));
        assert!(read(&json!({ "one": { "a": 1 }, "x": 1 })).is_err_and(|error| error.contains("unknown field `x`")));
    }
}
