//! Every word on the screen, in both languages. The compiler keeps the table complete.

/// The language of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    /// The words of this language.
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        }
    }

    /// The language of these words.
    pub fn of(words: &Words) -> Self {
        if std::ptr::eq(words, &CHINESE) { Self::Chinese } else { Self::English }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }
}

/// Puts values in the places of a sentence, `{0}`, `{1}` …
pub fn fill(sentence: &str, values: &[&dyn std::fmt::Display]) -> String {
    let mut text = sentence.to_string();
    for (i, value) in values.iter().enumerate() {
        text = text.replace(&format!("{{{i}}}"), &value.to_string());
    }
    text
}

/// One line for each text: its name, English, Chinese.
///
/// A room with many of its own has a table in `words/`; the rooms stand first, in brackets.
macro_rules! words {
    ($([$($room:ident)*])? $($name:ident: $english:literal, $chinese:literal;)*) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub struct Words {
            $($(pub $room: &'static $room::Words,)*)?
            $(pub $name: &'static str,)*
        }

        pub(super) static ENGLISH: Words =
            Words { $($($room: &$room::ENGLISH,)*)? $($name: $english,)* };
        pub(super) static CHINESE: Words =
            Words { $($($room: &$room::CHINESE,)*)? $($name: $chinese,)* };

        impl Words {
            /// Every text by its name.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                let here = vec![$((stringify!($name), self.$name),)*];
                let rooms: Vec<Vec<_>> = vec![$($(self.$room.all(),)*)?];
                rooms.into_iter().flatten().chain(here).collect()
            }
        }
    };
}

pub mod behind;
pub mod data;
pub mod decode;
pub mod lesson;
pub mod tokens;
pub mod train;
pub mod tree;
pub mod tune;

words! {
    [behind data decode lesson tokens train tree tune]

    // The stations and the top bar.
    chat: "Chat", "聊天";
    model: "Model", "模型";
    ready: "ready", "就绪";
    empty: "empty", "空";
    working: "working", "进行中";
    search: "Search", "搜索";
    language: "Switch to Chinese", "切换到英文";
    language_short: "EN", "中";
    theme: "Light or dark", "浅色或深色";
    presenter: "Presenter", "演示模式";
    choose_model: "Choose a model", "选择模型";
    open_folder: "Open a model folder…", "打开模型文件夹……";
    shipped_models: "Inside Glassbox", "自带的模型";
    drop_here: "Drop a model folder to open it", "把模型文件夹拖到这里打开";
    open_panel: "Open the panel", "打开面板";
    close_panel: "Close the panel", "收起面板";
    open_inspector: "Open the inspector", "打开检查器";
    close_inspector: "Close the inspector", "收起检查器";
    keys: "Keys", "快捷键";
    dismiss: "Dismiss", "知道了";
    undo: "Undo", "撤销";
    cancel: "Cancel", "取消";
    reading: "Reading…", "读取中……";
    block_n: "Block {0}", "块 {0}";
    head_n: "Head {0}", "头 {0}";
    position_n: "Position {0}", "位置 {0}";
    row_n: "row {0}", "第 {0} 行";
    token_n: "token {0}", "词元 {0}";
    user: "user", "用户";
    bot: "bot", "机器人";
    end: "end", "结束";

    // The transport.
    reset: "To the beginning", "回到开头";
    back: "Step back", "后退一步";
    play: "Play", "播放";
    pause: "Pause", "暂停";
    forward: "Step forward", "前进一步";
    speed: "Speed", "速度";
    n_of_m: "{0} of {1}", "{0} / {1}";
    timeline: "Timeline", "时间线";

    // The panel at the left, until a lesson is open.
    about_chat: "Talk to it", "和它聊聊";
    about_chat_1: "This is a small language model. It writes one token at a time: it reads everything so far, and then draws the next piece of text.",
        "这是一个小小的语言模型。它一次只写一个词元：先把前面的内容读一遍，再抽出下一小段文字。";
    about_chat_2: "The line under each token shows how probable it was. The fainter the line, the more likely was something else.",
        "每个词元下面的线表示它当时的概率。线越淡，说明越有可能换成别的。";
    about_chat_try: "Ask what a cow says.", "问问它小动物的事。";
    about_chat_try_more: "Then click a token of the reply.", "然后点一下回答里的某个词元。";
    about_map: "How does it choose?", "它是怎么选的？";
    about_map_1: "Each row is one token. Its numbers (the residual stream) flow to the right, through all blocks, and leave as a guess at the next token.",
        "每一行是一个词元。它的一串数字（残差流）向右流过所有的块，最后变成对下一个词元的猜测。";
    about_map_2: "In a block, attention carries information from earlier rows into later ones. Then the MLP works within the row.",
        "在每个块里，注意力把前面各行的信息带到后面的行；然后 MLP 只在本行里加工。";
    about_map_try: "Click a block to open it.", "点一个块，把它打开。";
    about_map_try_more: "Then click one of its heads, and another row.", "再点其中一个头，换一行看看。";
    about_heads: "What does a head read?", "一个头在读什么？";
    about_heads_1: "A head has one question for each token: how much of every earlier token should I bring here? Its answers are weights that add up to 1.",
        "每个头对每个词元只问一件事：前面的每个词元，我该带多少过来？答案是一组加起来等于 1 的权重。";
    about_heads_2: "A name stands under a head only if its pattern is clear on texts with repetitions.",
        "只有当一个头在有重复的文字上表现清楚时，下面才写它的名字。";
    about_heads_try: "Click a head, then a cell.", "点一个头，再点一个格子。";
    about_heads_try_more: "Every number below is the engine's own.", "下面的每个数都是引擎真正算出来的。";
    try_this: "Try this", "试一试";

    // Chat.
    chat_subtitle: "Every word of a reply can be opened. Click one to see what else it could have been.",
        "回答里的每个词都能打开。点一个，看看它本来还可能是什么。";
    say_something: "Say something to the model", "对模型说点什么";
    send: "Send", "发送";
    stop: "Stop", "停止";
    new_chat: "New chat", "新对话";
    colour_probability: "Colour: probability", "颜色：概率";
    colour_none: "Colour: none", "颜色：无";
    show_raw: "Raw text", "原始文本";
    retry: "Write again", "重写";
    edit: "Edit", "修改";
    say_again: "Say this instead", "改成这样说";
    previous_branch: "Previous branch", "上一个分支";
    next_branch: "Next branch", "下一个分支";
    temperature: "Temperature", "温度";
    greedy: "always the most probable", "总选概率最大的";
    could_have_come: "What could have come here", "这里本来可以是什么";
    open_in_model: "Open in Model", "在模型中打开";
    context_window: "Context window", "上下文窗口";
    n_of_m_tokens: "{0} of {1} tokens", "{0} / {1} 个词元";
    context_rule: "when it is full, the oldest turn is forgotten", "满了以后，最早的一轮会被忘掉";
    dropped_turns: "Oldest turns, forgotten: {0}", "最早的 {0} 轮已经忘掉了";
    empty_chat: "Nothing has been said yet.", "还没有人说话。";
    try_hello: "Try “{0}”", "试试“{0}”";
    hello: "Hello!", "你好！";
    ask_example_en: "What does a cow say?", "What does a cow say?";
    ask_example_zh: "牛怎么叫？", "牛怎么叫？";
    raw_title: "What the model reads", "模型读到的内容";
    reply_cut: "The context is full, so the reply ends here.", "上下文满了，回答到此为止。";
    reply_stopped: "Stopped.", "已停止。";
    written_at: "Written by the model of step {0}.", "这是第 {0} 步的模型写的。";
    not_a_chat_model: "This model has no role tokens, so it cannot chat. It can continue a text in Model.",
        "这个模型没有角色词元，不能聊天。可以在“模型”里让它续写文字。";
    pace: "Pace", "节奏";
    pace_full: "full speed", "全速";
    tokens_per_second: "{0} tokens/s", "每秒 {0} 个词元";

    // The inspector.
    inspector: "Inspector", "检查器";
    reply_token: "Reply {0} · token {1}", "第 {0} 个回答 · 词元 {1}";
    rank: "Rank", "名次";
    surprise: "Surprise", "意外程度";
    nats: "{0} nats", "{0} 奈特";
    drawn_by: "Drawn by", "抽取方式";
    drawn_u: "the number {0}", "随机数 {0}";
    most_probable: "most probable", "概率最大";
    put_by_hand: "put by hand", "人工放入";
    probability: "Probability", "概率";
    position: "Position", "位置";
    nothing_locked: "Nothing is locked", "还没有锁定";
    nothing_locked_chat: "Click a token of a reply. Its numbers will stand here.", "点一下回答里的词元，它的数字会出现在这里。";
    nothing_locked_map: "Click a row, a block or a head. Its numbers will stand here.", "点一行、一个块或一个头，它的数字会出现在这里。";
    locked: "Locked", "已锁定";
    what_head_reads: "What head {0} reads", "头 {0} 在读什么";
    what_block_reads: "What the heads read, at most", "各个头最多读了什么";
    more_share: "{0} more share {1}", "另外 {0} 个共占 {1}";
    next_token: "Next token", "下一个词元";
    through_the_depth: "Through the depth", "随深度的变化";
    this_row_chooses: "This row chooses the next token", "这一行决定下一个词元";
    this_row_guesses: "This row guesses “{0}”", "这一行猜“{0}”";
    stored_as: "Stored as", "存储名";
    entropy: "Entropy", "熵";
    entropy_bits: "{0} bits", "{0} 比特";
    open_head: "Open head", "打开这个头";
    mlp_activity: "Neurons above 0.1", "大于 0.1 的神经元";
    stream_length: "Length of the stream", "残差流的长度";

    // The map.
    map: "Map", "全图";
    heads: "Heads", "头";
    the_map: "The map", "全图";
    map_subtitle: "Each row is one token. It flows right and leaves as a guess at the next one.",
        "每一行是一个词元，向右流动，最后变成对下一个的猜测。";
    token: "Token", "词元";
    embed: "Embed", "嵌入";
    guess: "guess", "猜测";
    mlp: "MLP", "MLP";
    heads_then_mlp: "{0} heads at once, then the MLP", "{0} 个头同时工作，然后是 MLP";
    legend_guess: "Probability of the guess", "猜测的概率";
    legend_attention: "Attention weight", "注意力权重";
    residual_stream: "Residual stream", "残差流";
    norm: "Norm", "归一化";
    logits: "Logits", "分数";
    attention: "attention", "注意力";
    block_attention: "Block {0} · attention", "块 {0} · 注意力";
    r#where: "token {0} · position {1}", "词元 {0} · 位置 {1}";
    write_a_text: "A text for the model to read", "让模型读一段文字";
    as_chat: "As a chat", "按对话读";
    no_text: "There is no text to read yet.", "还没有可读的文字。";
    grow: "Write one token more", "再写一个词元";

    // Heads.
    head_subtitle: "From every earlier token it asks: how much of you should I bring here?",
        "它对前面每个词元都问：你的内容我该带多少过来？";
    score: "Score", "打分";
    scale: "Scale", "缩放";
    mask: "Mask", "遮挡";
    softmax: "Softmax", "Softmax";
    hide_future: "hide the future", "不许看后面";
    row_sums: "each row sums to 1", "每行加起来是 1";
    previous_token: "Previous token", "前一个词元";
    first_token: "First token", "第一个词元";
    same_token: "Same token", "相同词元";
    induction: "Induction", "归纳";
    unclear: "Unclear", "不明显";
    leave_out_first: "Leave out the first token", "不算第一个词元";
    one_cell: "One cell: row {0} looks at row {1}", "一个格子：第 {0} 行看第 {1} 行";
    query: "Query", "查询";
    key: "Key", "键";
    value: "Value", "值";
    products: "Products", "乘积";
    n_largest_named: "{0}, largest named", "共 {0} 个，标出最大的";
    sum_of_products: "Sum of the products", "乘积之和";
    scale_by_width: "Scale by the head width", "按头的宽度缩放";
    softmax_over_row: "Softmax over row {0}", "对第 {0} 行做 Softmax";
    layer_norm: "Layer norm", "层归一化";
    qkv: "q, k, v", "q、k、v";
    mix_values: "Mix values", "混合值";
    add_to_stream: "Add to stream", "加回残差流";
    inside_block: "inside block {0}", "在块 {0} 里";
    as_map: "Matrix", "矩阵";
    as_lines: "Lines", "连线";
    weighted_values: "Weighted values", "加权的值";
    looks_at: "{0} (row {1}) looks at {2} (row {3})", "{0}（第 {1} 行）看 {2}（第 {3} 行）";
    cell_is: "row {0} {1}, column {2} {3}: {4}", "第 {0} 行 {1}，第 {2} 列 {3}：{4}";
    part_shown: "Rows {0} – {1} and columns {2} – {3} of {4}",
        "共 {4} 个，这里是第 {0} – {1} 行、第 {2} – {3} 列";
    rows_part_shown: "Rows {0} – {1} read rows {2} – {3}, of {4}", "共 {4} 行：第 {0} – {1} 行在读第 {2} – {3} 行";
    wheel_moves: "the wheel moves them", "滚轮可移动";
    hidden: "hidden", "被遮住";
    hidden_is_zero: "hidden, so 0", "被遮住，所以是 0";
    is_read: "Is read", "被读";
    reads_now: "Reads", "在读";
    how_much: "How much", "读多少";
    what_it_brings: "What it brings", "带来什么";
    row_mixes: "Row {0} mixes what it reads, and writes it to the stream", "第 {0} 行把读到的值混合起来，写回残差流";
    mixture: "Mixture", "混合";
    other_rows: "{0} other rows", "另外 {0} 行";
    to_the_stream: "To the stream", "写回残差流";
    mean_entropy: "entropy {0} bits on average", "平均熵 {0} 比特";
    written_to_stream: "Written to the stream, through W_O", "经 W_O 写入残差流";

    // The palette and the sheet of keys.
    command: "What would you like to do?", "想做什么？";
    no_command: "No command has this in its name.", "没有这样的命令。";
    key_play: "Play or pause", "播放或暂停";
    key_step: "Step back, forward", "后退、前进一步";
    key_ends: "To the beginning, to the end", "到开头、到结尾";
    key_stations: "Stations", "各个站点";
    key_panel: "Panel at the left", "左侧面板";
    key_inspector: "Inspector", "检查器";
    key_theme: "Light or dark", "浅色或深色";
    key_language: "English or Chinese", "中文或英文";
    key_presenter: "Presenter", "演示模式";
    key_blank: "Blank the screen (presenter)", "黑屏（演示模式）";
    key_search: "Search the commands", "搜索命令";
    key_help: "These keys", "快捷键一览";
    key_release: "Release, one level", "松开一层";
    key_zoom: "Larger, smaller", "放大、缩小";
    reduced_motion: "Reduced motion", "减少动画";
    next: "Next", "下一步";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_places() {
        let places =
            |text: &str| (0..5).map(|i| text.contains(&format!("{{{i}}}"))).collect::<Vec<_>>();
        for ((name, english), (_, chinese)) in ENGLISH.all().into_iter().zip(CHINESE.all()) {
            assert_eq!(places(english), places(chinese), "{name}");
            assert!(!english.is_empty() && !chinese.is_empty(), "{name}");
            assert!(!english.contains('!') || name == "hello", "{name} shouts");
        }
    }

    #[test]
    fn sentences_are_filled() {
        assert_eq!(fill("{0} of {1}", &[&3, &"x"]), "3 of x");
    }
}
