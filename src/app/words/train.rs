//! The words of the Train station.

words! {
    title: "Train", "训练";
    from_noise: "Training from noise", "从一片混乱开始训练";
    subtitle: "{0} numbers, all random at step 0, nudged once per step.",
        "{0} 个数，第 0 步时全是随机的，每一步都微调一次。";
    live: "Live", "实时";
    one_step: "One step", "一步";
    compare: "Compare", "比较";

    // Before a run.
    choose: "What should learn?", "让什么样的模型来学？";
    choose_subtitle: "A preset brings a shape and a way of learning. Every number can be changed.",
        "预设给出模型的形状和学习方式，每个数都可以改。";
    presets: "Presets", "预设";
    about_minute: "From noise to right answers in about a minute", "大约一分钟，从胡言乱语到答对问题";
    about_chat_small: "A small chat model, with larger batches", "小型聊天模型，每批数据更多";
    about_starter: "The shape of the models inside Glassbox", "和自带模型形状相近";
    about_nano: "Single characters, for any text", "按单个字符学，什么文字都行";
    about_baby: "Ten million numbers: slow, and worth the wait", "一千万个数：慢，但值得等";
    shape: "Shape", "形状";
    layers: "Blocks", "块数";
    heads: "Heads", "头数";
    width: "Width", "宽度";
    context: "Context", "上下文";
    vocabulary: "Vocabulary", "词表";
    characters: "characters", "按字符";
    fewer: "{0}: less", "{0}：减小";
    more: "{0}: more", "{0}：增大";
    data: "Data", "数据";
    seed: "Seed", "种子";
    costs: "What it takes", "代价";
    numbers_that_learn: "Numbers that learn", "要学的数";
    memory: "Memory", "内存";
    megabytes: "{0} MB", "{0} MB";
    speed_here: "Speed, measured here", "在本机实测的速度";
    whole_run: "The whole run", "跑完全程";
    measuring: "measuring…", "测量中……";
    does_not_fit: "This shape does not fit: {0}", "这个形状不行：{0}";
    begin: "Begin training", "开始训练";
    go_on: "Go on", "继续";
    earlier_runs: "Earlier runs", "以前的训练";
    no_runs: "No run has been kept yet.", "还没有保存的训练。";
    stage_reading: "Reading the data", "正在读数据";
    stage_tokenizer: "Learning the tokens", "正在学分词";
    stage_encoding: "Turning text into tokens", "正在把文字变成词元";
    stop: "Stop", "停止";

    // While it runs.
    loss: "Loss", "损失";
    training: "Training", "训练";
    validation: "Validation", "验证";
    recorded: "A recorded run", "一次训练的录像";
    recorded_about: "{0}: {1} numbers, {2} steps of {3} tokens, seed {4}. Nothing is training now.", "{0}：{1} 个数，{2} 步，每步 {3} 个词元，种子 {4}。现在没有在训练。";
    right_answers: "Right answers", "答对的比例";
    right_answers_name: "Right answers by step: {0} of {1} at step {2}", "各步答对的比例：{1} 在第 {2} 步是 {0}";
    recorded_replies: "Asked on the way: “{0}”", "一路上都问：“{0}”";
    earlier_run: "Earlier run: {0}", "之前的训练：{0}";
    guessing: "guessing at random, ln {0} = {1}", "随机乱猜，ln {0} = {1}";
    lowest: "lowest so far", "目前最低";
    lowest_at: "{0} at {1}", "第 {1} 步：{0}";
    log_scale: "Log scale", "对数刻度";
    smooth: "Smooth", "平滑";
    plot_name: "Loss by step: training {0}, validation {1}, at step {2}",
        "各步的损失：第 {2} 步，训练 {0}，验证 {1}";
    learning_rate: "Learning rate", "学习率";
    gradient_norm: "Gradient norm", "梯度长度";
    tokens_a_second: "Tokens per second", "每秒词元数";
    energy: "Energy so far", "目前用电";
    energy_is: "{0} kJ", "{0} kJ";
    energy_why: "An estimate: {0} s of training, taken as 15 watts.", "估算：训练了 {0} 秒，按 15 瓦计。";
    watched: "Watched on one prompt", "盯住同一句话";
    heads_redrawn: "Heads at step {0}", "第 {0} 步的各个头";
    neurons: "Neurons on the last token", "最后一个词元上的神经元";
    neurons_name: "Neurons of block {0}: number {1} fires most, {2}", "块 {0} 的神经元：第 {1} 个最活跃，{2}";
    embedding: "Embeddings, last 100 steps", "词元嵌入，最近 100 步";
    flat: "A flat picture of {0} dimensions: the plane on which tokens differ most.",
        "把 {0} 维压成平面：取词元差别最大的那个平面。";
    reply_at: "Reply at step", "各步的回答";
    validation_loss: "Validation loss", "验证损失";
    silence: "(nothing)", "（什么也没说）";
    reply_name: "Step {0}: {1}", "第 {0} 步：{1}";
    watch_head: "Head {1} of block {0}", "块 {0} 的头 {1}";
    step_n: "Step {0}", "第 {0} 步";
    step_of: "Step {0} of {1}", "第 {0} 步，共 {1} 步";
    seconds_left: "about {0} s left", "大约还要 {0} 秒";
    minutes_left: "about {0} min left", "大约还要 {0} 分钟";
    seconds: "{0} s", "{0} 秒";
    minutes: "{0} min", "{0} 分钟";
    paused: "paused", "已暂停";
    finished: "all steps taken", "全部完成";
    looking_back: "looking back", "正在回看";
    full_speed: "max", "全速";
    a_second: "{0}/s", "每秒 {0} 步";

    // The inspector.
    run_and_seed: "{0} · seed {1}", "{0} · 种子 {1}";
    settings: "Settings", "设置";
    warm_up: "Warm-up", "预热";
    steps: "{0} steps", "{0} 步";
    batch: "Batch", "每批";
    batch_is: "{0} × {1} tokens", "{0} × {1} 个词元";
    weight_decay: "Weight decay", "权重衰减";
    clip: "Clip gradient at", "梯度截断";
    never: "never", "不截断";
    can_change: "These can be changed while it runs; the run remembers when.", "训练途中可以改，什么时候改的会记下来。";
    changed_at: "Changed at step {0}", "第 {0} 步改过设置";
    all_steps: "Steps in all", "总步数";
    change_one: "Change one thing", "只改一处";
    change_why: "Start again from the same random numbers and compare both curves.",
        "从同样的随机数重新开始，比较两条曲线。";
    half_rate: "Half the learning rate", "学习率减半";
    twice_rate: "Twice the learning rate", "学习率加倍";
    no_decay: "No weight decay", "不用权重衰减";
    twice_batch: "Twice the batch", "每批加倍";
    no_warm_up: "No warm-up", "不预热";
    run_again: "Run again", "再跑一次";
    still_uses: "Chat still uses step {0}.", "聊天还在用第 {0} 步的模型。";
    use_newest: "Use the newest checkpoint there too?", "那里也换成最新的检查点吗？";
    update_chat: "Update chat", "更新聊天";
    keep_step: "Keep {0}", "保留第 {0} 步";
    stop_here: "Validation has been rising since step {0}.", "从第 {0} 步起，验证损失一直在升。";
    stop_here_why: "The model begins to learn its data by heart. Stop here?", "模型开始死记硬背了。就停在这里吗？";
    open_best: "Open step {0}", "打开第 {0} 步";
    not_saved: "This run is only in memory.", "这次训练只留在内存里。";
    new_run: "Another run", "另起一次训练";
    talk_to_it: "Talk to it", "和它聊聊";

    // The runs.
    runs: "Runs", "训练记录";
    runs_subtitle: "Curves of runs, laid over each other.", "把几次训练的曲线叠在一起看。";
    shown: "shown", "显示";
    show_run: "Show {0}", "显示 {0}";
    name_of: "Name of {0}", "{0} 的名称";
    note_of: "Note on {0}", "{0} 的备注";
    note_hint: "A note", "写点备注";
    delete: "Delete", "删除";
    delete_run: "Delete {0}", "删除 {0}";
    open_run: "Go on with {0}", "继续 {0}";
    deleted: "{0} is deleted.", "已删除 {0}。";
    best: "best", "最低";
    under_way: "under way", "进行中";

    // One step.
    one_step_subtitle: "One training step, taken slowly. Every number is the engine's own.",
        "慢慢走完一个训练步。每个数都是引擎真正算出来的。";
    take_step: "Take one step", "走一步";
    no_step: "Take a step, and see what happens in it.", "走一步，看看里面发生了什么。";
    phase_forward: "Forward", "前向";
    phase_loss: "Loss", "损失";
    phase_backward: "Backward", "反向";
    phase_clip: "Clip", "截断";
    phase_update: "Update", "更新";
    forward_why: "The model reads {0} windows of {1} tokens and guesses the next token everywhere. Here is the first window.",
        "模型读 {0} 段文字，每段 {1} 个词元，在每个位置都猜下一个。下面是第一段。";
    loss_why: "Each token costs as much as it surprised the model (in nats). The mean over the batch is the loss: {0}.",
        "每个词元让模型有多意外，就记多少损失（单位奈特）。整批的平均就是损失：{0}。";
    loss_of: "{0}: {1} nats", "{0}：{1} 奈特";
    backward_why: "The gradient flows back from the loss, right to left through the blocks. The bars show its length at each depth and token.",
        "梯度从损失出发，从右往左穿过所有的块。条形的长短表示它在每一层、每个词元处有多长。";
    gradient_at: "depth {0}, position {1}: {2}", "深度 {0}，位置 {1}：{2}";
    after_block: "after block {0}", "块 {0} 之后";
    embedding_out: "embedding", "嵌入";
    clip_why: "All gradients together have the length {0}. The limit is {1}, so every one is multiplied by {2}.",
        "所有梯度合起来的长度是 {0}，上限是 {1}，所以每个都乘以 {2}。";
    part_lengths: "Length of the gradient, by tensor", "各个张量的梯度长度";
    gradient_terms: "This gradient is a sum over {0} places of the batch. At each: what went in × the gradient of what came out. The largest:", "这个梯度是批次里 {0} 处的和，每处都是：进去的数 × 出来的数的梯度。最大的几项：";
    text_and_place: "text {0}, place {1}", "第 {0} 段，第 {1} 处";
    other_places: "{0} other places", "其余 {0} 处";
    together: "together", "合计";
    within_norm: "The gradient of a norm is summed within the norm.", "归一化的梯度在归一化里面累加。";
    same_batch: "The loss of this batch was {0}; with the new weights it is {1}.", "这个批次的损失原来是 {0}；用新的权重再算，是 {1}。";
    share_moved: "{0} % of all weights have moved.", "所有权重中有 {0} % 动了。";
    update_why: "AdamW moves each weight by its own step. Choose one.", "AdamW 给每个权重算出各自的一步。选一个看看。";
    tensor: "Tensor", "张量";
    number_n: "Number", "第几个数";
    weight_gradient: "gradient g", "梯度 g";
    weight_clipped: "clipped: g × {0}", "截断后：g × {0}";
    weight_mean: "mean m = m + (1 − β₁)(g − m)", "均值 m = m + (1 − β₁)(g − m)";
    weight_square: "mean square v = β₂v + (1 − β₂)g²", "平方均值 v = β₂v + (1 − β₂)g²";
    weight_step: "step = {0} × m / (√v × {1} + {2})", "步长 = {0} × m / (√v × {1} + {2})";
    weight_keep: "decay keeps", "衰减后保留";
    weight_value: "weight w = w × keep − step", "权重 w = w × 保留 − 步长";
    before: "before", "之前";
    after: "after", "之后";

    // The panel at the left.
    about: "How does it learn?", "它是怎么学的？";
    about_1: "A step reads a few pieces of text, asks how surprised the model was, and nudges every number so that it would have been less surprised.",
        "每一步读几段文字，看模型有多意外，再把每个数都微调一点，让它下次没那么意外。";
    about_2: "The loss is that surprise. Validation measures it on text that the model never learns from.",
        "损失就是这个意外程度。验证损失是在模型从没学过的文字上量的。";
    about_try: "Begin, and watch the heads.", "开始训练，看看各个头。";
    about_try_more: "Then go back to step 0, and talk to it.", "再回到第 0 步，和它说句话。";
}
