"""The capability *founding* on screen: what are you starting?"""
