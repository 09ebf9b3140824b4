"""The circuit's own words: minga, bodega, tumin beside the words of the glossary."""
