"""Valences of emoji and emoticons, from -4 to 4, as the words of the lexicon have them."""

_EMOJI_BY_VALENCE = {
    3.5: "😍🥰🤩🏆💯",
    3.0: "❤😘💖💕💗💓💞💝💘😻🎉🥳😁😂🤣😄😃🙌",
    2.4: "😀😆😊🙂☺😇😎😋👏👍🎊💐🌟⭐✨🔥💪🤗😚😙😗♥💙💚💛💜🧡🤍💋🎁🏅🥇",
    1.6: "😉😌😅😜😝😛🤪🌹🌸🌺🌞☀🌈🙏👌✌🤞🤝😺😸😹✅✔🎂🍾🥂🕺💃👑💎🐶🐱🌷🌻🍀☘😏",
    0.4: "🤔🙃👀🤷",
    -1.2: "😐😑😶😕🙁☹😬🙄😒😪😴🤨😓😥😰😟😧😦😮😯❌⛔🚫⚠😷🤒🤕🥺😳🥱",
    -2.2: "😞😔😢😿😩😫😖😣😨😱😵👎💔😤🤦🙀🥶🥵😭🤧",
    -3.2: "😠😡🤬🤮🤢👿😈💩🖕☠💀👹",
}
EMOJI = {char: valence for valence, chars in _EMOJI_BY_VALENCE.items() for char in chars}

_EMOTICONS_BY_VALENCE = {
    2.8: ":D :-D =D XD xD :'D :)) :))) =)) =))) ;D :-)) <3 :* :-* *_* *-* ^_^ ^^ :3 \\o/ :]] хD ХD :DD :Р",
    2.0: ":) :-) =) (: (-: ;) ;-) :] =] :} :P :-P :p :-p =P ;P ;p (= :o) :^) ;)) ;))) ^.^ :-] %)",
    -0.6: ":/ :-/ :\\ :-\\ =/ =\\ :| :-| o_O O_o о_О О_о О_О O_O о_о о_O oO -_- -.- >_< >.< :S :s :-S :O :o :-O",
    -2.2: ":( :-( =( ): )-: ;( ;-( :[ =[ :'( :,( :c :C :-c :-[ =(( :(( :((( =((( D: T_T T.T ;_; </3 :@ >:( >:-( D=",
}
EMOTICONS = {face: valence for valence, faces in _EMOTICONS_BY_VALENCE.items() for face in faces.split()}
EMOTICONS[")"] = 1.6
EMOTICONS["("] = -1.6
EMOTICONS.update(EMOJI)
