//! The words of the Tokens station.

words! {
    title: "Tokens", "词元";
    tab_learn: "Learn", "学习";
    tab_read: "Read text", "读文字";
    tab_template: "Template", "模板";
    tab_table: "Vocabulary", "词表";
    learn_title: "Learning the pieces", "学出片段";
    learn_subtitle: "Again and again, the two neighbours that meet most often become one piece.",
        "一遍又一遍：最常相邻的两块，合成一块。";
    read_title: "Text in pieces", "把文字切成片段";
    read_subtitle: "The model never sees letters. It sees the numbers of these pieces.", "模型看不到字母和笔画，只看到这些片段的编号。";
    template_title: "The chat template", "对话模板";
    template_subtitle: "How a dialogue becomes one line of tokens.", "一段对话怎样变成一行词元。";
    table_title: "Every piece", "全部片段";
    table_subtitle: "What was learned, and how often it stands in the data.", "学到了什么，在数据里出现多少次。";

    // Learning.
    learning: "Learning {0} pieces", "正在学 {0} 个片段";
    one_line: "One line of the data, from bytes to pieces", "数据里的一行：从字节到片段";
    bytes_to_pieces: "{0} bytes → {1} pieces", "{0} 个字节 → {1} 个片段";
    another_line: "Another line", "换一行";
    which_pair: "Which pair meets most often?", "哪一对最常相邻？";
    counted_over: "Counted over {0} dialogues", "在 {0} 段训练对话里统计";
    counted_over_texts: "Counted over {0} texts", "在 {0} 篇训练文字里统计";
    last_merges: "The last merges", "最近的合并";
    last_merges_are: "Number, the two parts, the new piece and its id", "序号、两个部分、新片段和编号";
    no_merges: "Nothing is merged yet: every byte is a piece.", "还没有合并：每个字节是一个片段。";
    shorter: "Text gets shorter", "文字变短了";
    shorter_is: "Bytes per piece after each merge", "每次合并后，一个片段平均有几个字节";
    in_the_data: "In the data", "在数据里";
    places_change: "{0} places change at this step", "这一步改动 {0} 处";
    merge_n: "Merge {0}", "第 {0} 次合并";
    merge_n_of: "Merge {0} of {1}", "第 {0} 次合并，共 {1} 次";
    only_bytes: "only bytes so far", "目前只有字节";
    n_to_go: "{0} to go", "还剩 {0} 次";
    all_merged: "all merges are done", "合并完了";
    pair_is: "{0} + {1}: {2} times", "{0} + {1}：{2} 次";
    merge_is: "merge {0}: {1} + {2} becomes {3}, id {4}", "第 {0} 次合并：{1} + {2} 变成 {3}，编号 {4}";

    // The inspector.
    id: "Id", "编号";
    bytes: "Bytes", "字节";
    made_of: "Made of", "由什么组成";
    times_in_data: "Times in the data", "在数据里的次数";
    pieces_saved: "Pieces saved", "省下的片段";
    vocabulary_so_far: "The vocabulary so far", "目前的词表";
    n_bytes: "256 bytes", "256 个字节";
    roles_merges: "{0} merges, 3 roles", "{0} 次合并、3 个角色";
    size: "Size of the vocabulary", "词表大小";
    model_size: "{0}, as the model", "{0}，与模型相同";
    fewer: "No pair meets twice any more, so there are only {0} pieces.", "没有哪一对再出现两次，所以只有 {0} 个片段。";
    role_tokens: "Role tokens", "角色词元";
    role_tokens_are: "Never merged, never typed. They tell who speaks, and where a turn ends.", "不参与合并，也打不出来。它们说明谁在说话、一轮在哪里结束。";
    changed: "The data has changed since these pieces were learned.", "学出这些片段之后，数据变了。";
    changed_more: "They may not fit it any more. Learn them again.", "它们可能不再合适。重新学一遍吧。";
    learn_again: "Learn again", "重新学";
    other_pieces: "The open model reads with other pieces.", "打开的模型用的是另一套片段。";
    other_pieces_more: "It learned them from {0}. The numbers here mean nothing to it.", "它的片段学自 {0}。这里的编号对它没有意义。";
    other_size: "The open model was built for {0} pieces.", "打开的模型是按 {0} 个片段造的。";
    other_size_more: "Here are {0}. A model for them has to be trained anew.", "这里有 {0} 个。要用它们，得重新训练一个模型。";
    same_pieces: "These are the very pieces that the open model reads with.", "打开的模型用的就是这套片段。";
    not_same: "The open model learned its pieces on more text than this, or on an earlier edition.", "打开的模型的片段学自更多的文字，或者较早的版本。";
    not_same_more: "It has as many, but not the same ones.", "数目一样，内容不同。";

    // Reading a text.
    type_here: "Type any text", "随便输入一段文字";
    example: "The cow says moo. 牛说“哞”。", "牛说“哞”。The cow says moo.";
    the_models: "The model's pieces", "模型的片段";
    learned_here: "Learned here", "这里学的";
    characters: "Characters", "字符";
    tokens: "Tokens", "词元";
    counts_are: "{0} characters · {1} bytes · {2} tokens", "{0} 个字符 · {1} 个字节 · {2} 个词元";
    against_characters: "One token for each character, or pieces?", "一字一个词元，还是用片段？";
    with_characters: "Characters", "按字符";
    with_pieces: "Pieces", "按片段";
    with_bytes: "Bytes", "按字节";
    by_language: "Tokens for each character", "每个字符要几个词元";
    by_language_is: "Measured on the small English and the small Chinese set", "在英文和中文的小数据集上测得";
    cannot_read: "This vocabulary has no piece for some of these bytes.", "这个词表缺少其中一些字节。";
    cut_text: "Only the first {0} bytes are shown.", "只显示前 {0} 个字节。";
    token_is: "token {0}: {1}, id {2}", "词元 {0}：{1}，编号 {2}";

    // The template.
    as_stored: "As it is stored", "存储的样子";
    as_tokens: "As the model reads it", "模型读到的样子";
    this_dialogue: "Dialogue {0} of {1}", "第 {0} 段，共 {1} 段";
    user_is: "opens a turn of the user", "用户的一轮从这里开始";
    bot_is: "opens a turn of the bot", "机器人的一轮从这里开始";
    end_is: "ends a turn; when the model writes it, the reply is over", "一轮到此结束；模型写出它，回答就完了";
    no_text_can: "No text that is typed can become one of them: typed letters stay letters.", "打出来的字变不成它们：打出来的字母永远是字母。";
    no_roles: "This vocabulary has no role tokens.", "这个词表没有角色词元。";
    previous: "Previous dialogue", "上一段";
    next: "Next dialogue", "下一段";

    // The table.
    search: "Search the pieces", "查找片段";
    by_id: "By id", "按编号";
    by_count: "By count", "按次数";
    piece: "Piece", "片段";
    n_pieces: "{0} pieces", "{0} 个片段";
    row_is: "{0}, id {1}: {2} times", "{0}，编号 {1}：{2} 次";
    byte: "byte", "字节";
    role: "role", "角色";

    // The panel at the left, and the presenter.
    about_learn: "Pieces, not words", "词元不是单词";
    about_learn_1: "A model reads numbers. So text is cut into pieces, and each piece has a number: its id. The pieces are not given; they are learned from this very text.",
        "模型只读数字。所以文字要切成片段，每个片段有一个编号。片段不是现成的，就从这份文字里学出来。";
    about_learn_2: "It begins with single bytes. Then the pair of neighbours that meets most often becomes a new piece (byte-level BPE), again and again.",
        "从单个字节开始。然后，最常相邻的一对合成新片段（字节级 BPE），一遍又一遍。";
    about_learn_try: "Press play, and watch the line.", "按播放，看着那一行。";
    about_learn_try_more: "Before each step, guess which pair comes next.", "每一步之前，先猜猜下一对是谁。";
    about_read_1: "Frequent words are one piece, rare ones several. A space before a word belongs to its piece.",
        "常见的词是一个片段，少见的词是好几个。词前面的空格也算在片段里。";
    about_read_2: "A Chinese character is three bytes. Whether it is one piece depends on the text that was learned from.",
        "一个汉字是三个字节。它是不是一个片段，要看学的是什么文字。";
    about_read_try: "Type your name.", "输入你的名字。";
    about_read_try_more: "Then try cat, Cat, and cat with a space before it.", "再试试 cat、Cat，还有前面带空格的 cat。";
    caption_bytes: "Every byte is a piece of its own.", "每个字节各是一个片段。";
    caption_merge: "{0} and {1} meet {2} times. They become one piece.", "{0} 和 {1} 相邻 {2} 次，合成一个片段。";
    key_views: "The views of this station", "切换这一站的页面";
    key_line: "Another line or dialogue", "换一行或换一段";
}
